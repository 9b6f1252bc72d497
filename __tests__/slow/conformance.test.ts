import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { type Dialect, KEYRINGRC, PLAIN, readConfig } from '../../src/configparser/configparser.ts';
import { type Mistake, RULES } from '../../src/configparser/mistakes.ts';
import { chooseSection, type RepositoryQualifiers } from '../../src/keyringrc/choose-section.ts';
import { decodeConfig } from '../../src/keyringrc/decode-config.ts';
import { readKeyringrc } from '../../src/keyringrc/keyringrc.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { files, repositories } from './conformance/keyringrc-files.ts';

/** What lookup.py answers for a file. */
type Options = Record<string, string>;
type Parsed = [defaults: Options, sections: [name: string, options: Options][]];
type Result<T> = { ok: T } | { refused: string; lines: number[] };
interface Answer {
  lookups: Result<Options[]>;
  keyringrc: Result<Parsed>;
  plain: Result<Parsed>;
}

interface Case {
  readonly file: Buffer;
  readonly repositories: readonly RepositoryQualifiers[];
}

const LOOKUP = fileURLToPath(new URL('conformance/lookup.py', import.meta.url));
// CONFORMANCE_FILES says how many; a new seed each time, and CONFORMANCE_SEED repeats a run.
const COUNT = Number(process.env['CONFORMANCE_FILES'] ?? 4000);
const seed = Number(process.env['CONFORMANCE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

await describeWithPython(`${COUNT} files of seed ${seed}, read by Python and by us`, ({ python }) => {
  const cases: Case[] = fc.sample(
    fc.record({ file: files, repositories: fc.array(repositories, { minLength: 4, maxLength: 4 }) }),
    { seed, numRuns: COUNT },
  );
  let answers: Answer[] = [];

  beforeAll(async () => {
    answers = (await ask(python, cases)).answers;
  });

  test('lookup of keyrings.codeartifact chooses the same options, or both refuse', () => {
    for (const [index, { file, repositories }] of cases.entries()) {
      const { text, mistakes } = decodeConfig(file);
      const content = readKeyringrc(text);
      compare(file, answers[index]?.lookups, [...mistakes, ...content.mistakes.keyring], () =>
        repositories.map((repository) => {
          const { options } = chooseSection(content, repository, 'keyring');
          return sorted([...options.values()].map(({ name, value }) => [name, value]));
        }),
      );
    }
  });

  test.each<['keyringrc' | 'plain', Dialect]>([
    ['keyringrc', KEYRINGRC],
    ['plain', PLAIN],
  ])('RawConfigParser reads the same sections and options: %s', (name, dialect) => {
    for (const [index, { file }] of cases.entries()) {
      const { text, mistakes } = decodeConfig(file);
      const config = readConfig(text, dialect);
      compare(file, answers[index]?.[name], [...mistakes, ...config.mistakes], () => {
        const isDefault = ({ section }: { section: string }) => section === dialect.defaultSection;
        const defaults = config.blocks.filter(isDefault).flatMap(({ options }) => options.map(pair));
        return [
          sorted(defaults),
          config.blocks
            .filter((block) => !isDefault(block))
            .map(({ section, options }) => [section, sorted([...new Map([...defaults, ...options.map(pair)])])]),
        ];
      });
    }
  });

  test('most files are accepted, and a good part is not', () => {
    const refused = answers.filter(({ lookups }) => 'refused' in lookups).length / COUNT;
    expect(refused).toBeGreaterThan(0.15);
    expect(refused).toBeLessThan(0.5);
    const skipped = cases.filter(({ file }) => differs(readConfig(decodeConfig(file).text, KEYRINGRC).mistakes));
    expect(skipped.length / COUNT).toBeLessThan(0.05);
  });

  test('Python versions differ on a comment as the rule says', async () => {
    const text = '[a]\nx = a;b ; c # d\n';
    expect(readConfig(text, KEYRINGRC).mistakes).toEqual([{ line: 2, rule: RULES.commentDiffers }]);
    const { version, answers } = await ask(python, [{ file: Buffer.from(text), repositories: [] }]);
    const [major = 0, minor = 0] = version;
    expect(major).toBe(3);
    expect(answers[0]?.keyringrc).toEqual({ ok: [{}, [['a', { x: minor < 13 ? 'a;b ; c' : 'a;b' }]]] });
  });
});

async function ask(python: string, cases: readonly Case[]): Promise<{ version: number[]; answers: Answer[] }> {
  const input = cases.map(({ file, repositories }) => JSON.stringify({ file: file.toString('base64'), repositories }));
  const env = { ...process.env, PYTHONUTF8: '1' };
  const { status, stdout, stderr } = await runProgram(python, [LOOKUP], { env, input: `${input.join('\n')}\n` });
  if (status !== 0) throw new Error(`lookup.py ended with ${status}: ${stderr}`);
  const [first, ...rest] = stdout.trimEnd().split('\n');
  return { version: JSON.parse(first ?? '').python, answers: rest.map((line) => JSON.parse(line)) };
}

/** Python's answer against ours; a failure shows the file. */
function compare<T>(file: Buffer, answer: Result<T> | undefined, mistakes: readonly Mistake[], ours: () => unknown) {
  if (differs(mistakes)) return;
  if (answer === undefined) throw new Error('lookup.py gave no answer.');
  const shown = { file: file.toString(), base64: file.toString('base64') };
  if ('refused' in answer) {
    // Python names the lines up to where it stopped; we name those and more.
    const lines = mistakes.map(({ line }) => line);
    if (lines.length > 0 && answer.lines.every((line) => lines.includes(line))) return;
    expect({ ...shown, refusedFor: lines }).toEqual({ ...shown, refusedFor: answer.lines });
    throw new Error(`Python refuses this file (${answer.refused}), and we do not: ${JSON.stringify(shown)}`);
  }
  const expected = inOrder(answer.ok);
  const result = mistakes.length > 0 ? { mistakes } : ours();
  // Jest's own comparison takes longer than all the rest.
  if (!isDeepStrictEqual(result, expected)) expect({ ...shown, result }).toEqual({ ...shown, result: expected });
}

const differs = (mistakes: readonly Mistake[]) => mistakes.some(({ rule }) => rule === RULES.commentDiffers);
const pair = ({ name, value }: { name: string; value: string }): [string, string] => [name, value];
const sorted = (pairs: [string, string][]) => pairs.toSorted(([a], [b]) => (a < b ? -1 : 1));

/** With every mapping as its sorted pairs, so that a name such as `__proto__` is compared like any other. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value === 'object' && value !== null) return sorted(Object.entries(value) as [string, string][]);
  return value;
}
