/** What a list of tools with pip and without uv leaves open where uv is installed. Pure. */
import { toolsWith } from './declared.ts';
import type { Tool } from './table.ts';

/**
 * pipx (1.12), tox with tox-uv, nox and build run uv where they find it, and uv reads no pip.conf.
 * @param uv where uv is on the PATH; undefined: nowhere
 */
export function describeBesideUv(tools: readonly Tool[], uv: string | undefined): string[] {
  if (uv === undefined || !tools.includes('pip') || toolsWith('uv-indexes', tools).length > 0) return [];
  return [
    `Input tools names pip but not uv, and uv is installed (${uv}). pipx, tox, nox and build may run uv instead of ` +
      'pip. uv reads no pip.conf, so it would install from the public PyPI, even packages that have the name of one ' +
      `of yours (dependency confusion). Write tools: ${[...tools, 'uv'].join(' ')}.`,
  ];
}
