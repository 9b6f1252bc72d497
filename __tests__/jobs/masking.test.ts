import { readFileSync } from 'node:fs';
import { EOL } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fullAccess, newSession } from '../../sandbox/aws/world.ts';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import { findLeaks } from '../support/leaks.ts';
import { runScript } from '../support/node-programs.ts';
import { filesHolding } from '../support/snapshot.ts';
import { type Stage, type StagedJob, setStage, writeProfiles } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.standIn.close());

/** Every secret of a run: the tokens that were issued for it, and all keys of the world. */
function secretsOf(step: StepResult, netrc: string): string[] {
  const tokens = [...netrc.matchAll(/password (\S+)/g)].map(([, token]) => token as string);
  const keys = stage.standIn.world.identities.flatMap(({ secretAccessKey, sessionToken }) => [
    secretAccessKey,
    ...(sessionToken === undefined ? [] : [sessionToken]),
  ]);
  return [...new Set([step.outputs['token'] ?? '', ...tokens, ...keys])].filter((secret) => secret !== '');
}

function expectNoLeak(where: string, text: string, secrets: readonly string[]): void {
  for (const [index, secret] of secrets.entries()) {
    expect({ where, secret: index, leaks: findLeaks(text, secret) }).toEqual({ where, secret: index, leaks: [] });
  }
}

/** One job that uses every kind of identity there is: keys of the file, a profile, temporary keys as inputs. */
async function fullJob(
  debug: boolean,
  inputs: Record<string, string> = {},
): Promise<{ job: StagedJob; step: StepResult }> {
  const job = await stage.startJob({ debug });
  const { accessKeyId, secretAccessKey } = stage.labsUser;
  job.workspaceFile(
    'keyringrc.cfg',
    [
      '[codeartifact account="111122223333"]',
      'profile_name = session',
      '[codeartifact account="444455556666"]',
      `aws_access_key_id = ${accessKeyId}`,
      `aws_secret_access_key = ${secretAccessKey}`,
      '[codeartifact account="999999999999"]',
      'aws_access_key_id = AKIANOTUSED123456789',
      'aws_secret_access_key = never/used+but/secret=all/the+same/0123456789',
      '',
    ].join('\n'),
  );
  const session = newSession(
    `arn:aws:sts::111122223333:assumed-role/x/y`,
    fullAccess(stage.acme),
    Date.now() + 3_600_000,
  );
  stage.standIn.world.identities.push(session);
  job.homeFile('.aws/credentials', writeProfiles({ session }));
  const step = await job.action({
    repositories: Object.values(stage.urls).join('\n'),
    'publish-to': 'team',
    ...inputs,
  });
  return { job, step };
}

const COMMAND_FILES = '_runner_file_commands';

describe.each([false, true])('with RUNNER_DEBUG %s', (debug) => {
  test('no secret is in the log, summary, state, outputs, variables, or any file but the three', async () => {
    const { job, step } = await fullJob(debug);
    await using _ = job;
    expect(step.outcome).toBe('success');
    const netrc = readFileSync(step.outputs['netrc-file'] ?? '', 'latin1');
    const secrets = [...secretsOf(step, netrc), 'never/used+but/secret=all/the+same/0123456789'];
    expect(secrets.length).toBeGreaterThanOrEqual(6);

    expectNoLeak('the log', step.log.join('\n'), secrets);
    expectNoLeak('the log without line ends', step.log.join(''), secrets);
    expectNoLeak('the summary', step.summary, secrets);
    expectNoLeak('the state', JSON.stringify(step.state), secrets);
    expectNoLeak('the variables', JSON.stringify(step.exported), secrets);
    const { token, ...others } = step.outputs;
    expect(token).toMatch(/^eyJ/);
    expectNoLeak('the outputs', JSON.stringify(others), secrets);
    expectNoLeak('what is not masked yet', step.rawLog.replace(/^::add-mask::.*$/gm, ''), secrets);
    expectNoLeak('standard error', step.stderr, secrets);

    for (const secret of secrets) {
      const inTemp = filesHolding(job.temp, secret).filter((name) => !name.startsWith(COMMAND_FILES));
      const inHome = filesHolding(job.home, secret).filter((name) => name !== '.aws/credentials');
      expect(inTemp.map((name) => name.replace(/^.*\//, ''))).toEqual(inTemp.length === 0 ? [] : ['netrc']);
      expect(inHome).toEqual(inHome.length === 0 ? [] : ['.pypirc']);
    }

    const posts = await job.finish();
    expectNoLeak('the log of post', posts.flatMap(({ rawLog, log }) => [rawLog, ...log]).join('\n'), secrets);
    expect(job.log.join('\n')).not.toMatch(/\*\*\*.*(us-east-1|111122223333)/);
  });

  test('a later step that prints a secret in any of the usual encodings shows none of it', async () => {
    const { job, step } = await fullJob(debug);
    await using _ = job;
    const later = await runScript(
      job,
      `const [, password] = /^  password (.*)$/m.exec(fs.readFileSync(process.env.NETRC, 'utf8'));
      const say64 = (text, form = 'base64') => console.log(Buffer.from(text).toString(form));
      console.log('raw ' + password);
      say64('aws:' + password);
      say64('aws:' + password + '\\n');
      say64(password);
      say64(password + '\\n');
      say64('x-user:' + password + ' and more');
      say64('aws:' + password, 'base64url');
      console.log('https://aws:' + password + '@host/');`,
    );
    expect(later.outcome).toBe('success');
    expect(later.rawLog).toContain(step.outputs['token']);
    expectNoLeak('the log', later.log.join('\n'), secretsOf(step, later.rawLog));
  });
});

describe('the inputs', () => {
  test('keys and session token of the inputs are hidden, also when they are refused', async () => {
    const { secretAccessKey, accessKeyId } = stage.acmeUser;
    const sessionToken = 'Session/token+of=an/imagined+role=0123456789abcdef';
    await using job = await stage.startJob();
    const step = await job.action({
      repositories: `${stage.urls.team}\nnonsense`,
      'aws-access-key-id': accessKeyId,
      'aws-secret-access-key': secretAccessKey,
      'aws-session-token': sessionToken,
    });
    expect(step.outcome).toBe('failure');
    // The runner itself shows the inputs before the action runs: in a workflow they are secrets, and masked by then.
    const said = step.log.slice(step.log.indexOf('##[endgroup]'));
    expectNoLeak('the log', said.join('\n'), [secretAccessKey, sessionToken]);
    expectNoLeak('annotations', JSON.stringify(step.annotations), [secretAccessKey, sessionToken]);
  });

  test('the masks are the first thing that the step prints', async () => {
    const { job, step } = await fullJob(false);
    await using _ = job;
    const lines = step.stdout.split(EOL);
    const firstWords = lines.findIndex((line) => line !== '' && !line.startsWith('::add-mask::'));
    const fileSecrets = [stage.labsUser.secretAccessKey, 'never/used+but/secret=all/the+same/0123456789'];
    for (const secret of fileSecrets) {
      const mask = lines.indexOf(`::add-mask::${secret}`);
      expect(mask).toBeGreaterThanOrEqual(0);
      expect(mask).toBeLessThan(firstWords);
    }
  });

  test('with credentials: url the tokens are in pip.conf, and nowhere else', async () => {
    const { job, step } = await fullJob(true, { credentials: 'url', tools: 'pip' });
    await using _ = job;
    expect(step.outcome).toBe('success');
    expect(step.outputs['netrc-file']).toBe('');
    const token = step.outputs['token'] ?? '';
    const holding = filesHolding(job.temp, token).filter((name) => !name.startsWith(COMMAND_FILES));
    expect(holding).toEqual([expect.stringMatching(/^codeartifact-keyring-[0-9a-f]{32}\/pip\.conf$/)]);
    expectNoLeak('the log', step.log.join('\n'), [token]);
    expectNoLeak('the variables', JSON.stringify(step.exported), [token]);
  });
});
