/**
 * What the masks of tokens cost the later steps of a job: the time in which the stand-in's masker searches what a step
 * prints, by the number of tokens. The runner's own masker searches as often, at its own speed.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createMasker, encodedForms } from '../sandbox/runner/masker.ts';
import { derivedForms } from '../src/github/masks.ts';

const LINES = 20_000;
const TOKENS = [0, 1, 20, 100, 300];

/** Characters of a token; CodeArtifact's have some more. */
const LENGTH = 1_200;

/** The values that a build masks for a secret. */
type Forms = (secret: string) => readonly string[];

/** The names of the columns of {@link maskRows}. */
export const MASK_HEADING = row(['masks of', 'values', 'bytes printed', 'patterns', `ms for ${LINES} lines`]);

/** A row for each number of tokens. */
export function maskRows(formsOf: Forms = derivedForms): string[] {
  const line =
    'a line of a later step, which has a hundred and ten characters as the lines of a build have on average...'.padEnd(
      110,
      '.',
    );
  return TOKENS.map((number) => {
    const values = Array.from({ length: number }, (_, index) => formsOf(tokenOf(index))).flat();
    const patterns = new Set(values.flatMap((value) => [value, ...encodedForms(value)]));
    const bytes = values.reduce((sum, value) => sum + Buffer.byteLength(`::add-mask::${value}\n`), 0);
    const masker = createMasker();
    for (const value of values) masker.addMask(value);
    return row([`${number} tokens`, values.length, bytes, patterns.size, Math.round(timeOf(() => masker.mask(line)))]);
  });
}

/** What another build masks. @param dist its dist/, in its checkout; undefined where that keeps its masks elsewhere */
export async function formsOfBuild(dist: string): Promise<Forms | undefined> {
  const candidates = ['github/masks.ts', 'secrets.ts'].map((name) => join(dirname(dist), 'src', name));
  const path = candidates.find((candidate) => existsSync(candidate));
  return path === undefined ? undefined : ((await import(path)) as { derivedForms?: Forms }).derivedForms;
}

/** Signs of chance, as those of a token, but the same each time. */
function tokenOf(index: number): string {
  const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  let state = index * 7919 + 1;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return signs[state % signs.length];
  };
  return `eyJ${Array.from({ length: LENGTH - 3 }, next).join('')}`;
}

/** Milliseconds for {@link LINES} lines. */
function timeOf(mask: () => unknown): number {
  const started = performance.now();
  for (let line = 0; line < LINES; line += 1) mask();
  return performance.now() - started;
}

function row(cells: readonly (string | number)[]): string {
  const widths = [14, 9, 16, 11, 0];
  return `  ${cells.map((cell, index) => String(cell).padEnd(widths[index] ?? 0)).join('')}`.trimEnd();
}
