/**
 * Files and lists that mean harm: whatever they hold, the run ends in a result or in sentences for its user, soon, and
 * no sentence holds a secret. HOSTILE_CASES says how many are tried (3,000 by default; a million for a night),
 * HOSTILE_SEED repeats a run.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planTokenRequests } from '../../src/access/token-request.ts';
import { configureAll, loadClients } from '../../src/clients/clients.ts';
import { TOOLS } from '../../src/clients/table.ts';
import { readConfig } from '../../src/configparser/configparser.ts';
import { addIndexServers } from '../../src/formats/pypirc.ts';
import { printable } from '../../src/github/log.ts';
import { decodeConfig } from '../../src/keyringrc/decode-config.ts';
import { findSecretValues } from '../../src/keyringrc/key-values.ts';
import { readKeyringrc } from '../../src/keyringrc/keyringrc.ts';
import type { Matching } from '../../src/keyringrc/section.ts';
import { Problems } from '../../src/messages/problems.ts';
import { readRepositories } from '../../src/repositories/repository.ts';
import { anyCharacter } from '../support/any-character.ts';
import { sampleInputs } from '../support/sample-inputs.ts';
import { machineWith, sampleDisk } from '../support/sample-machine.ts';
import { sampleSetup } from '../support/sample-setup.ts';

const CASES = Number(process.env['HOSTILE_CASES'] ?? 3_000);
const SEED = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 2 ** 31);

const SECRET = 'kEpT/sEcReT+0123456789abcdefghijklmnopqr';
const TOKEN = 'eyJ2ZXIiOjF9.tOkEn-tOkEn_tOkEn.0123456789';

/** Pieces that have broken parsers, logs and shells before. */
const POISON = fc.constantFrom(
  '\n',
  '\r',
  '\r\n',
  '\0',
  '\u2028',
  '\x85',
  '\ufeff',
  '\x1b[2K',
  '\u202e',
  ' ',
  '\t',
  '  ',
  '[',
  ']',
  '[]',
  '[[',
  ']]',
  '=',
  ':',
  '#',
  ';',
  ' # ',
  '"',
  "'",
  '%',
  '%(x)s',
  '$'.concat('{{ secrets.X }}'),
  '$(id)',
  '`id`',
  '::set-output name=x::y',
  '::add-mask::a',
  '::stop-commands::x',
  '##[error]',
  '##[stop-commands]x',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '../../etc/passwd',
  'A=B',
  'X<<EOF',
  'ghadelimiter_1',
  'codeartifact',
  '[codeartifact]',
  '[codeartifact account="111122223333"]',
  '[codeartifact name="__proto__"]',
  '[codeartifact account=',
  '[CodeArtifact]',
  '[codeartifact name="a]b"]',
  'profile_name',
  'profile_name=',
  'token_duration=',
  'token_duration=1e3',
  'token_duration=-1',
  'verify=',
  'verify=/dev/zero',
  'role_arn=x',
  'role_chaining=perhaps',
  `aws_secret_access_key = ${SECRET}`,
  `aws_secret_access_key: "${SECRET}"`,
  `\n aws_secret_access_key=${SECRET}\n`,
  `AWS_SECRET_ACCESS_KEY=${SECRET} # x`,
  'aws_access_key_id = AKIA0123456789ABCDEF',
  'x'.repeat(3_000),
);
const text = fc
  .array(fc.oneof(POISON, fc.string({ maxLength: 8 }), fc.string({ unit: anyCharacter, maxLength: 4 })), {
    maxLength: 24,
  })
  .map((parts) => parts.join(''));

const URL_PARTS = fc.constantFrom(
  'https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/team/',
  'arn:aws:codeartifact:us-east-1:111122223333:repository/acme/team',
  'https://acme-111122223333.codeartifact.us-east-1.on.aws/pypi/team/',
  'https://',
  'http://',
  '//',
  '/',
  '\\',
  '@',
  `aws:${SECRET}@`,
  ':443',
  ':8443',
  '?',
  '#',
  '/../',
  '%2e',
  '。',
  'еvil.com',
  '.evil.com',
  'evil.com',
  'acme-111122223333',
  '.d.codeartifact.',
  'us-east-1',
  '.amazonaws.com',
  '/pypi/',
  'team',
  '/simple/',
  '=',
  'name=',
);
// A list is no place for a secret but as a URL's password, so others are not expected to be kept out of the messages.
const HARMLESS_POISON = POISON.filter((piece) => !piece.includes(SECRET));
const list = fc
  .array(fc.oneof(URL_PARTS, URL_PARTS, HARMLESS_POISON), { maxLength: 12 })
  .map((parts) => parts.join(''));
const goodList = fc.constant(
  'https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/team/\n' +
    'other=https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/shared/',
);

/** Every client alone, and two that share a job. */
const ALONE = await Promise.all(TOOLS.map((tool) => loadClients([tool], 'netrc')));
const PIP_AND_TWINE = await loadClients(['pip', 'twine'], 'netrc');

/** Where the clients look for files of the user's. */
const OWN_FILES = [
  '/home/user/.config/pip/pip.conf',
  '/home/user/.netrc',
  '/home/user/.config/pdm/config.toml',
  '/home/user/.config/pypoetry/config.toml',
];

/** What the work gave, or the sentences that it ended in; any other error is a fault. */
function outcome<T>(work: () => T): { value: T } | { problems: readonly string[] } {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof Problems) return { problems: error.list };
    throw error;
  }
}

function expectSafe(sentences: readonly string[]): void {
  for (const sentence of sentences) {
    expect(sentence).not.toContain(SECRET);
    expect(printable(sentence)).not.toMatch(/\p{Cc}|^\s*::|##\[/u);
  }
}

test(
  `${CASES} hostile runs (seed ${SEED})`,
  () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        text,
        fc.oneof(list, goodList),
        fc.constantFrom<Matching>('strict', 'keyring'),
        text,
        (file, urls, matching, own) => {
          const started = performance.now();
          const repositories = outcome(() => readRepositories(urls));
          if ('problems' in repositories) expectSafe(repositories.problems);
          const bytes = Buffer.from(file);
          const decoded = decodeConfig(bytes);
          const content = readKeyringrc(decoded.text);
          expectSafe(
            [...decoded.mistakes, ...content.mistakes[matching], ...content.warnings[matching]].map(({ rule }) => rule),
          );
          // Wherever Python would see the key, it is found, so it can be masked before anything is said.
          for (const { options } of readConfig(decoded.text, { inlineComments: true, defaultSection: 'codeartifact' })
            .blocks) {
            for (const { name, value } of options) {
              if (name === 'aws_secret_access_key' && value.trim().length > 5)
                expect(findSecretValues(decoded.text)).toContain(value.trim());
            }
          }
          if (!('problems' in repositories) && content.mistakes[matching].length === 0) {
            const inputs = sampleInputs({ repositories: repositories.value, matching });
            const planned = outcome(() =>
              planTokenRequests(inputs, { name: 'keyringrc.cfg', content }, machineWith({}), sampleDisk()),
            );
            if ('problems' in planned) expectSafe(planned.problems);
            else {
              expectSafe(planned.value.warnings ?? []);
              const token = { value: TOKEN, expiration: new Date(Date.now() + 60_000) };
              const authorized = planned.value.requests.map(({ repository, identity }) => ({
                repository,
                identity,
                token,
              }));
              const files = Object.fromEntries(OWN_FILES.map((path) => [path, own]));
              const setup = sampleSetup({ authorized, main: { kind: 'client-default' }, files });
              for (const clients of ALONE) {
                const alone = outcome(() => configureAll(clients, setup));
                if ('problems' in alone) expectSafe(alone.problems);
              }
              const changes = outcome(() => configureAll(PIP_AND_TWINE, setup));
              if ('problems' in changes) expectSafe(changes.problems);
              else {
                accepted += 1;
                expectSafe([...changes.value.notes, ...changes.value.warnings, ...changes.value.overrides]);
                for (const { value } of changes.value.variables) expect(value).not.toMatch(/\p{Cc}/u);
                const pypirc = outcome(() =>
                  addIndexServers(own, 0o644, changes.value.indexServers, 'a'.repeat(32), new Date()),
                );
                if ('problems' in pypirc) expectSafe(pypirc.problems);
              }
            }
          }
          expect(performance.now() - started).toBeLessThan(5_000);
        },
      ),
      { numRuns: CASES, seed: SEED },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(accepted).toBeGreaterThan(0);
  },
  8 * 3_600_000,
);
