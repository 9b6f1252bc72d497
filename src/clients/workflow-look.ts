/**
 * Which steps of the workflow run programs that the variables of this action do not reach. Nobody can read all of a
 * script, so what is found is said and stops nothing. Pure but for the disk.
 */
import { join } from 'node:path';
import { linesOf } from '../formats/user-text.ts';
import type { Disk } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';

const PYTHON = String.raw`\b(?:pip\d?|pipx|python[\d.]*|uvx?|poetry|pdm|hatch|flit|pipenv|twine|tox|nox)\b`;

/** What drops variables, in words, and what to do. */
const DROPPING: readonly (readonly [pattern: RegExp, what: string, remedy: string])[] = [
  [
    new RegExp(String.raw`\bsudo(?!.*(?:\s-\w*E|--preserve-env))\s.*${PYTHON}`),
    'sudo drops the variables of this action',
    'write sudo -E',
  ],
  [
    new RegExp(String.raw`\benv\s+(?:-i|--ignore-environment|-)\s.*${PYTHON}`),
    'env -i drops the variables of this action',
    'leave out -i',
  ],
  [
    /\b(?:docker|podman)\s+run\b(?!.*(?:\\\s*$|\s-e\b|\s-v\b|--env|--volume|--mount))/,
    'a container has neither the variables nor the files of the job',
    'pass them on, as docs/docker.md of this action shows',
  ],
];

/**
 * Looks at the file of the workflow, as the workspace has it.
 * @returns a sentence for each line
 */
export function lookAtWorkflow({ environment, workspace }: Machine, disk: Disk): string[] {
  const [, path] = /^[^/]+\/[^/]+\/(\.github\/workflows\/[^/@]+)@/.exec(environment['GITHUB_WORKFLOW_REF'] ?? '') ?? [];
  const file = path === undefined ? undefined : disk.read(join(workspace, path));
  if (!file) return [];
  return linesOf(file).flatMap((line, index) => {
    if (line.trimStart().startsWith('#') || line.length > 1000) return [];
    return DROPPING.filter(([pattern]) => pattern.test(line)).map(
      ([, what, remedy]) => `${path} line ${index + 1}: ${what}, so installs there use the public PyPI; ${remedy}.`,
    );
  });
}
