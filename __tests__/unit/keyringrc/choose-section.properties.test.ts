import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Config, KEYRINGRC, PLAIN, readConfig, splitLines } from '../../../src/configparser/configparser.ts';
import { strip } from '../../../src/configparser/python-text.ts';
import { type Choice, chooseSection, type RepositoryQualifiers } from '../../../src/keyringrc/choose-section.ts';
import { decodeConfig } from '../../../src/keyringrc/decode-config.ts';
import { findSecretValues } from '../../../src/keyringrc/key-values.ts';
import { readKeyringrc } from '../../../src/keyringrc/keyringrc.ts';
import type { Matching } from '../../../src/keyringrc/section.ts';
import { QUALIFIERS, type Qualifiers } from '../../../src/keyringrc/section-header.ts';
import { files, repositories } from '../../slow/conformance/keyringrc-files.ts';
import { anyCharacter } from '../../support/any-character.ts';
import { hostileLength, randomCases } from '../../support/random-cases.ts';

/** A section whose profile tells it from the others. */
interface Sample {
  readonly qualifiers: Qualifiers;
  readonly profile: string;
}

const qualifiers: fc.Arbitrary<Qualifiers> = fc
  .tuple(repositories, fc.subarray([...QUALIFIERS], { minLength: 1 }))
  .map(([repository, keys]) => Object.fromEntries(keys.map((key) => [key, repository[key]])));
const samples = fc
  .uniqueArray(qualifiers, { maxLength: 8, selector: (it) => JSON.stringify(QUALIFIERS.map((key) => it[key])) })
  .map((list): Sample[] => list.map((it, index) => ({ qualifiers: it, profile: `profile-${index}` })));

function render(sections: readonly Sample[], defaults = '[codeartifact]\nprofile_name = defaults\n'): string {
  const blocks = sections.map(
    ({ qualifiers, profile }) => `[codeartifact${written(qualifiers)}]\nprofile_name = ${profile}\n`,
  );
  return defaults + blocks.join('');
}
const written = (qualifiers: Qualifiers) =>
  Object.entries(qualifiers)
    .map(([key, value]) => ` ${key}="${value}"`)
    .join('');

const choose = (text: string, repository: RepositoryQualifiers, matching: Matching = 'strict') =>
  chooseSection(readKeyringrc(text), repository, matching);
const profileOf = (choice: Choice) => choice.options.get('profile_name')?.value;
const named = ({ qualifiers }: Sample) => Object.keys(qualifiers).length;
const applies = ({ qualifiers }: Sample, repository: RepositoryQualifiers) =>
  QUALIFIERS.every((key) => qualifiers[key] === undefined || qualifiers[key] === repository[key]);

const check = (property: fc.IProperty<[Sample[], RepositoryQualifiers]>) =>
  fc.assert(property, { numRuns: randomCases(200) });
const forAll = (body: (sections: Sample[], repository: RepositoryQualifiers) => void) =>
  check(fc.property(samples, repositories, body));

describe('strict', () => {
  test('the chosen section contradicts nothing, and none that applies names more; the defaults if none does', () => {
    forAll((sections, repository) => {
      const choice = choose(render(sections), repository);
      const candidates = sections.filter((section) => applies(section, repository));
      const chosen = candidates.find(({ profile }) => profile === profileOf(choice));
      expect(choice.score).toBe(Math.max(0, ...candidates.map(named)));
      if (candidates.length === 0) expect([choice.label, profileOf(choice)]).toEqual(['codeartifact', 'defaults']);
      else expect(chosen && named(chosen)).toBe(choice.score);
    });
  });

  test('order matters among equals only, and there the first wins', () => {
    fc.assert(
      fc.property(
        samples.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        repositories,
        ([sections, shuffled], repository) => {
          const before = choose(render(sections), repository);
          const after = choose(render(shuffled), repository);
          expect(after.score).toBe(before.score);
          const best = (list: Sample[]) => list.find((it) => applies(it, repository) && named(it) === before.score);
          expect(profileOf(before)).toBe(best(sections)?.profile ?? 'defaults');
          expect(profileOf(after)).toBe(best(shuffled)?.profile ?? 'defaults');
        },
      ),
      { numRuns: randomCases(200) },
    );
  });

  test('sections that do not apply, and options that are not known, change nothing', () => {
    forAll((sections, repository) => {
      const relevant = sections.filter((section) => applies(section, repository));
      const all = choose(
        `[other]\nprofile_name = other\n${render(sections).replaceAll('\n[', '\nunknown = x\n[')}`,
        repository,
      );
      const some = choose(render(relevant), repository);
      expect([profileOf(all), all.label, all.score]).toEqual([profileOf(some), some.label, some.score]);
    });
  });

  test('the order of the qualifiers, and where the defaults stand, change nothing', () => {
    forAll((sections, repository) => {
      const reversed = sections.map((section) => ({
        ...section,
        qualifiers: Object.fromEntries(Object.entries(section.qualifiers).reverse()),
      }));
      const atEnd = `${render(reversed, '')}[codeartifact]\nprofile_name = defaults\n`;
      expect(profileOf(choose(atEnd, repository))).toBe(profileOf(choose(render(sections), repository)));
    });
  });
});

describe('both ways of matching', () => {
  test('each is the other of the other, and where nothing differs they have the same profile', () => {
    forAll((sections, repository) => {
      const strict = choose(render(sections), repository, 'strict');
      const keyring = choose(render(sections), repository, 'keyring');
      expect(strict.other?.label).toBe(strict.other && keyring.label);
      expect(keyring.other?.label).toBe(keyring.other && strict.label);
      expect(strict.other === undefined).toBe(profileOf(strict) === profileOf(keyring));
      expect(keyring.other === undefined).toBe(strict.other === undefined);
    });
  });

  test('keyring never has a lower score than strict', () => {
    forAll((sections, repository) => {
      const text = render(sections);
      expect(choose(text, repository, 'keyring').score).toBeGreaterThanOrEqual(choose(text, repository).score);
    });
  });

  test('in a file that strict accepts, a header is made of the qualifiers that both find in it, and of no more', () => {
    let accepted = 0;
    fc.assert(
      fc.property(files, (file) => {
        const { mistakes, sections } = readKeyringrc(decodeConfig(file).text);
        if (mistakes.strict.length > 0) return;
        accepted += 1;
        for (const section of sections.strict) {
          expect(Object.values(section.qualifiers)).not.toContain('');
          const rest = Object.entries(section.qualifiers).reduce(
            (label, [key, value]) => label.replace(`${key}="${value}"`, '').replace(`${key}='${value}'`, ''),
            section.label,
          );
          expect(rest).toMatch(/^codeartifact[ \t,]*$/);
        }
      }),
      { numRuns: randomCases(600) },
    );
    expect(accepted).toBeGreaterThan(randomCases(600) / 6);
  });
});

describe('readConfig', () => {
  const texts = fc.oneof(
    files.map((file) => decodeConfig(file).text),
    fc.string({ unit: anyCharacter }),
    fc.string({ unit: fc.constantFrom(...'[]=:#; \t\r\nab"\'\u0085\u2028\ufeff') }),
  );

  test('never throws; lines are those of the file, in order, and every option is where it says', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(KEYRINGRC, PLAIN), (text, dialect) => {
        const { blocks, mistakes } = readConfig(text, dialect);
        const lines = splitLines(text);
        expect(lines.join('')).toBe(text);
        for (const [index, { line }] of mistakes.entries()) {
          expect(Number.isInteger(line) && line >= (mistakes[index - 1]?.line ?? 1)).toBe(true);
          expect(line).toBeLessThanOrEqual(lines.length);
        }
        for (const [index, { section, line, lastLine, options }] of blocks.entries()) {
          expect(lines[line - 1]).toContain(`[${section}]`);
          expect(lastLine).toBe((blocks[index + 1]?.line ?? lines.length + 1) - 1);
          let before = line;
          for (const { name, indent, line, lastLine, value } of options) {
            expect(line).toBeGreaterThan(before);
            expect(lastLine).toBeGreaterThanOrEqual(line);
            expect(lines[line - 1]?.startsWith(indent)).toBe(true);
            const [written = ''] = lines[line - 1]?.slice(indent.length).split(/[=:]/) ?? [];
            expect(strip(written).toLowerCase()).toBe(name);
            expect(lines[lastLine - 1]).toContain(value.split('\n').at(-1));
            before = lastLine;
          }
          expect(before).toBeLessThanOrEqual(lastLine);
        }
      }),
      { numRuns: randomCases(600) },
    );
  });

  test('reads back what was written', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_.@/%"'=-]{1,8}$/);
    const options = fc.uniqueArray(
      fc.tuple(fc.stringMatching(/^[a-z_][a-z0-9_ ]{0,6}[a-z]$/), fc.array(word, { minLength: 1, maxLength: 3 })),
      {
        selector: ([name]) => name,
        maxLength: 4,
      },
    );
    const sections = fc.uniqueArray(fc.tuple(word, options), { selector: ([name]) => name, maxLength: 5 });
    const styles = fc.record({
      end: fc.constantFrom('\n', '\r\n', '\r'),
      delimiter: fc.constantFrom('=', ' = ', ': ', '\t:'),
      indent: fc.constantFrom(' ', '\t', '    '),
      filler: fc.constantFrom('', '# x', ' ; x'),
    });
    fc.assert(
      fc.property(
        sections,
        styles,
        fc.constantFrom(KEYRINGRC, PLAIN),
        (list, { end, delimiter, indent, filler }, dialect) => {
          const text = list
            .flatMap(([section, options]) => [
              `[${section}]`,
              filler,
              ...options.map(([name, values]) => `${name}${delimiter}${values.join(end + indent)}`),
            ])
            .join(end);
          expect(plain(readConfig(text, dialect))).toEqual({
            mistakes: [],
            blocks: list.map(([section, options]) => [
              section,
              options.map(([name, values]) => [name, values.join('\n')]),
            ]),
          });
        },
      ),
      { numRuns: randomCases(200) },
    );
  });

  const plain = ({ blocks, mistakes }: Config) => ({
    mistakes,
    blocks: blocks.map(({ section, options }) => [section, options.map(({ name, value }) => [name, value])]),
  });
});

describe('time', () => {
  const SIZE = hostileLength(2 ** 20);
  const [inSection, inHeader, inValue] = ['[codeartifact]\n', '[codeartifact ', '[codeartifact]\nx='];

  test.each([
    [inSection, 'a=b\n  c\n'],
    [inSection, '[a]\n'],
    [inSection, '\r'],
    [inSection, '[codeartifact name="'],
    [inSection, '\u00a0\t'],
    [inSection, 'aws_access_key_id='],
    [inHeader, 'account="'],
    [inHeader, 'a b'],
    [inValue, 'a;b#'],
    [inValue, 'aws_secret_access_key:" '],
  ])('hostile text: %j, %j, over and over', (start, unit) => {
    const text = start.padEnd(SIZE - 1, unit) + (start === inHeader ? ']' : '');
    const before = performance.now();
    readKeyringrc(text);
    findSecretValues(text);
    // Far below the minutes of a quadratic step, far above the usual quarter of a second.
    expect(performance.now() - before).toBeLessThan(4000);
  });

  test('many sections that inherit many options', () => {
    const options = Array.from({ length: 4900 }, (_, index) => `option${index} = x`);
    const headers = Array.from({ length: 4900 }, (_, index) => `[codeartifact name="${index}"]`);
    const before = performance.now();
    const content = readKeyringrc(['[codeartifact]', ...options, ...headers].join('\n'));
    const repository = { domain: 'acme', account: '1', region: 'r', name: '4899' };
    expect(chooseSection(content, repository, 'strict')).toMatchObject({ score: 1, line: 9801 });
    expect(performance.now() - before).toBeLessThan(4000);
  });
});
