/** What a release signs is everything that runs. Reads files only. */
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}

describe('the release', () => {
  const { jobs } = parse(readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8'));
  const steps: readonly Step[] = jobs.publish.steps;
  const attesting = steps.filter(({ uses }) => uses?.startsWith('actions/attest@'));

  test('attests every file of dist/ that runs: where it was built, and from what', () => {
    const scripts = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.[cm]?js$/.test(name))
      .map((name) => join('dist', name));
    expect(scripts.length).toBeGreaterThan(2);
    expect(attesting).toHaveLength(2);
    for (const { with: given } of attesting) {
      expect(globSync(given?.['subject-path'] ?? '', { cwd: ROOT }).toSorted()).toEqual(scripts.toSorted());
    }
  });
});
