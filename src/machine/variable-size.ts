/** How much a system bears of variables: with one too many no later step starts, nor any post. Pure. */
import type { Environment } from './machine.ts';

/** Bounds on what a program is started with; in bytes, for Windows in UTF-16 units. */
export interface Room {
  readonly system: string;
  readonly unit: 'bytes' | 'characters';
  /** Of one variable: its name, `=`, its value, and the NUL at its end. */
  readonly ofOne: number;
  /** Of all together; a part of what the system has, since steps have arguments and variables of their own. */
  readonly ofAll: number;
}

/**
 * - Linux: `execve(2)`, 32 pages of 4 KiB for one, a quarter of the stack for all and the arguments, which is 2 MiB
 *   unless somebody has set `ulimit -s`.
 * - macOS: `execve(2)`, ARG_MAX, 1 MiB for all and the arguments.
 * - Windows: "Environment Variables", 32,767 characters for one; none for all.
 */
export function roomFor(platform: NodeJS.Platform): Room {
  if (platform === 'win32') return { system: 'Windows', unit: 'characters', ofOne: 32_767, ofAll: Infinity };
  if (platform === 'darwin') return { system: 'macOS', unit: 'bytes', ofOne: 768 * 1024, ofAll: 768 * 1024 };
  return { system: 'Linux', unit: 'bytes', ofOne: 128 * 1024, ofAll: 1_536 * 1024 };
}

/** What a variable takes of the room. */
export function sizeOf(name: string, value: string, { unit }: Room): number {
  const text = `${name}=${value}\0`;
  return unit === 'bytes' ? Buffer.byteLength(text) : text.length;
}

/** What all variables take; the system keeps the address of each beside it, in eight bytes. */
export function sizeOfAll(environment: Environment, room: Room): number {
  return Object.entries(environment).reduce((sum, [name, value]) => sum + sizeOf(name, value ?? '', room) + 8, 0);
}
