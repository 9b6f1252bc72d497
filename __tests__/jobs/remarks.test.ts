/** All that a run says of its own accord, in its order. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { PIP_FILE } from '../support/pip-file.ts';
import { type Stage, setStage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.standIn.close());

/** A file that is accepted, with an option of another program, and a section that strict matching does not take. */
const KEYRINGRC = [
  '[codeartifact]',
  'profile_name = acme',
  'colour = blue',
  '[codeartifact account="111122223333" region="eu-west-1"]',
  'token_duration = 900',
  '',
].join('\n');

/** The lines of a step but for the echo of its inputs, and Node's own word on its variable. */
function saidIn({ log }: StepResult): string[] {
  return log.slice(log.indexOf('##[endgroup]') + 1).filter((line) => !/^\(/.test(line));
}

/** A job that has much to be told, each by its first words. */
async function startTalk() {
  const job = await stage.startJob({
    env: { PIP_INDEX_URL: 'https://elsewhere.example.com/', TWINE_REPOSITORY: 'mine', UV_NO_INDEX: '1' },
    machine: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
  });
  job.workspaceFile('keyringrc.cfg', KEYRINGRC);
  job.workspaceFile('uv.toml', `[[index]]\nurl = "${stage.urls.team}simple/"\n`);
  job.homeFile(PIP_FILE, '[global]\nextra-index-url = https://me.example.com/\n');
  job.homeFile('.netrc', `machine ${new URL(stage.urls.team).host}\nlogin me\npassword mine\n`, 0o600);
  return job;
}

const inputs = () => ({
  repositories: stage.urls.team,
  'index-url': 'client-default',
  'publish-to': 'team',
  verify: 'off',
});

const BEFORE_THE_PLAN = [
  '##[warning]The variable NODE_TLS_REJECT_UNAUTHORIZED is 0',
  '##[warning]keyringrc.cfg line 3: the option "colour" is not known',
  "##[warning]Installs search each client's default index",
];

/** A line with what it starts with, so that a difference shows both. */
const startsWith = (starts: readonly string[], lines: readonly string[]) =>
  lines.map((line, index) => (line.startsWith(starts[index] ?? '?') ? starts[index] : line));

test('what is to be told comes in the order of the stages, and nothing else', async () => {
  await using job = await startTalk();
  const step = await job.action(inputs());
  expect(step.outcome).toBe('success');
  const starts = [
    ...BEFORE_THE_PLAN,
    '##[warning]The certificates of AWS are not verified for team',
    'Sections are from keyringrc.cfg.',
    '##[group]1 repository',
    'team: https://',
    '  section [codeartifact] (line 1): no section applies',
    '  runner-up [codeartifact account="111122223333" region="eu-west-1"] (line 4): ',
    '  the other section-matching would take [codeartifact account="111122223333" ',
    '  identity: profile acme ([codeartifact])',
    '##[endgroup]',
    `${job.workspace}`,
    'netrc: the entry for ',
    'pip: extra-index-url in [global] of ',
    'The variable TWINE_REPOSITORY was set before',
    '##[warning]team: section-matching strict takes [codeartifact] (line 1), keyring would take ',
    '##[warning]The variable PIP_INDEX_URL ',
    '##[warning]The variable UV_NO_INDEX is set',
    'pip installs from ',
    'uv installs from ',
    'twine upload dist/* uploads to team.',
    'uv publish uploads to team.',
    'team: as profile acme until ',
    'Does the job take longer? ',
  ];
  expect(startsWith(starts, saidIn(step))).toEqual(starts);
});

test('a plan that fails takes no warning along', async () => {
  await using job = await startTalk();
  const step = await job.action({ ...inputs(), 'role-to-assume': 'arn:aws-us-gov:iam::111122223333:role/deploy' });
  expect(step.outcome).toBe('failure');
  const starts = [...BEFORE_THE_PLAN, '##[error]team: the role arn:aws-us-gov:iam::111122223333:role/deploy'];
  expect(startsWith(starts, saidIn(step))).toEqual(starts);
});
