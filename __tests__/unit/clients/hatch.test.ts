import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { configure } from '../../../src/clients/hatch.ts';
import type { UserFile } from '../../../src/machine/disk.ts';
import { overridingOf, saying, userFile, variablesOf } from '../../support/client-changes.ts';
import { problemsOf } from '../../support/problems-of.ts';
import { LABS, SHARED, TEAM, THREE } from '../../support/sample-indexes.ts';
import { sampleRepository } from '../../support/sample-repository.ts';
import { authorize, sampleSetup } from '../../support/sample-setup.ts';

test('uploads to publish-to, with what .pypirc says', () => {
  expect(variablesOf(configure, { authorized: THREE, publishTo: 'labs' })).toEqual({ HATCH_INDEX_REPO: LABS.url });
  expect(variablesOf(configure, { authorized: THREE })).toEqual({ HATCH_INDEX_REPO: 'choose-one-with-publish-to' });
  expect(overridingOf(configure, { HATCH_INDEX_AUTH: 'x' })).toEqual(['HATCH_INDEX_AUTH']);
});

test("hatch's own names of public indexes are refused, since their section would give them the token", () => {
  const authorized = ['main', 'test', 'Main'].map((name) =>
    authorize(sampleRepository({ alias: name, name }), 't', 'me'),
  );
  const refusal = (name: string, index: number) =>
    `Input repositories: the name "${name}" is a public index to hatch, which would send the token there; choose ` +
    `another, as in my-${name}=${authorized[index]?.repository.url}.`;
  expect(problemsOf(() => configure(sampleSetup({ authorized })))).toEqual([refusal('main', 0), refusal('test', 1)]);
});

test('is asked for each repository, and for the section of .pypirc that it takes', () => {
  const { checks = [] } = configure(sampleSetup({ authorized: THREE }));
  expect(checks.map(({ program, args }) => [program, ...args].join(' '))).toEqual(
    [TEAM, SHARED, LABS].map(({ url }) => `hatch publish --no-prompt --yes --repo ${url} /private/no-such-file.whl`),
  );
  const judge = (stdout: string, read: (path: string) => UserFile | undefined, exitCode = 1) =>
    checks[1]?.judge(saying(stdout, exitCode), read);
  const pypirc = (text: string) => (path: string) => userFile(text, path);
  const ours = `[team]\nrepository = ${TEAM.url}\nsee = ${SHARED.url}\n[shared]\nrepository = ${SHARED.url}\n`;
  expect(judge('No artifacts found\n', pypirc(ours))).toEqual([]);
  expect(judge('No artifacts found\n', () => undefined)).toEqual([]);
  const old = `[codeartifact]\nusername: aws\nrepository: ${SHARED.url}\n`;
  expect(judge('No artifacts found\n', pypirc(ours + old))).toEqual([]);
  const seen: string[] = [];
  const shadowed = judge('No artifacts found\n', (path) => {
    seen.push(path);
    return userFile(`# mine\n${old}${ours}`, path);
  });
  expect(seen).toEqual([join('/home/user', '.pypirc')]);
  expect(shadowed).toEqual([
    expect.stringMatching(/^~\/\.pypirc line 2: the section codeartifact has the URL of shared too and comes first/),
  ]);
  expect(judge('Missing required option: user\n', pypirc(ours))).toEqual([
    `hatch does not find ${SHARED.url} in ~/.pypirc, where this action added it; check HOME, and what hatch is.`,
  ]);
  expect(judge("InterpolationSyntaxError: '%' must be ...\n", pypirc(ours))).toEqual([
    expect.stringMatching(/^hatch cannot read ~\/\.pypirc, because a URL in it has a percent sign/),
  ]);
  expect(judge('TOMLDecodeError', pypirc(ours), 3)).toEqual([
    'hatch publish failed before it looked for a file (exit code 3); run it in a step to see why.',
  ]);
});
