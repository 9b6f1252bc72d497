import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Stage, setStage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.standIn.close());

const OPERATION = { operation: 'GetAuthorizationToken' };
const inputs = () => ({ repositories: stage.urls.team, 'profile-name': 'acme' });

async function stepUnder(fault: Parameters<typeof stage.standIn.fault>[0]) {
  const remove = stage.standIn.fault(fault);
  await using job = await stage.startJob();
  const before = stage.standIn.calls.length;
  const step = await job.action(inputs());
  remove();
  const error = step.annotations.find(({ level }) => level === 'error')?.message ?? '';
  return { step, error, calls: stage.standIn.calls.length - before };
}

describe('transient trouble', () => {
  test.each([
    { kind: 'throttle', times: 3 },
    { kind: 'throttle', times: 1, retryAfterSeconds: 1 },
    { kind: 'error', times: 1 },
    { kind: 'error', times: 2, status: 503 },
    { kind: 'drop', times: 1 },
  ] as const)('%j, and then it is served', async (fault) => {
    const { error, calls } = await stepUnder({ ...fault, ...OPERATION });
    expect(error).toBe('');
    expect(calls).toBe(fault.times + 1);
  });

  test('a service that stays down is told with its attempts and the time', async () => {
    const { error, calls } = await stepUnder({ kind: 'error', times: 100, ...OPERATION });
    expect(error).toMatch(/\(5 attempts in \d+ s\)/);
    expect(calls).toBe(5);
  });

  test('a hang ends, and the message says how long it was waited for', async () => {
    const { step, error } = await stepUnder({ kind: 'hang', times: 100, ...OPERATION });
    expect(error).toMatch(/\(5 attempts in 5\d s\)/);
    expect(error).toContain('Check the network');
    expect(step.durationMs).toBeLessThan(95_000);
  }, 120_000);

  test.each([
    { status: 403, code: 'AccessDeniedException' },
    { status: 404, code: 'ResourceNotFoundException' },
    { status: 400, code: 'ValidationException' },
    { status: 403, code: 'ExpiredTokenException' },
  ])('$code is no transient trouble: one call', async (refusal) => {
    const { step, calls } = await stepUnder({ kind: 'error', times: 100, ...refusal, ...OPERATION });
    expect(step.outcome).toBe('failure');
    expect(calls).toBe(1);
  });

  test('one of twenty refused: nothing is written, one message names it', async () => {
    const remove = stage.standIn.fault({
      kind: 'error',
      times: 100,
      status: 403,
      code: 'AccessDeniedException',
      ...OPERATION,
      when: ({ parameters }) => parameters['domain'] === 'domain-13',
    });
    const domains = Array.from({ length: 20 }, (_, index) => ({
      name: `domain-${index}`,
      owner: '111122223333',
      region: 'us-east-1',
      repositories: [{ name: 'packages', packages: [] }],
    }));
    stage.standIn.world.domains.push(...domains);
    stage.acmeUser.allow.push({ action: 'codeartifact:*', resource: '*' });
    await using job = await stage.startJob();
    const repositories = domains.map(
      ({ name }) => `${name}=https://${name}-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/packages/`,
    );
    const step = await job.action({ ...inputs(), repositories: repositories.join('\n') });
    remove();
    const errors = step.annotations.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toMatch(/^domain-13: no token/);
    expect(step.exported).toEqual({});
  });
});

test('256 jobs at once, where 40 calls a second are allowed: all are served, near the limit', async () => {
  const remove = stage.standIn.fault({ kind: 'rate', perSecond: 40, ...OPERATION });
  const { accessKeyId, secretAccessKey } = stage.acmeUser;
  const script = fileURLToPath(new URL('../support/stampede.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, '256', stage.urls.team], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_ENDPOINT_URL_CODEARTIFACT: stage.standIn.httpUrl,
    },
  });
  const { served, seconds } = JSON.parse(await text(child.stderr)) as { served: number; seconds: number };
  remove();
  const limit = 256 / 40;
  console.log(`256 jobs in ${seconds.toFixed(1)} s, ${(seconds / limit).toFixed(2)} of what the quota allows at best`);
  expect(served).toBe(256);
  expect(seconds).toBeGreaterThan(limit - 1);
  expect(seconds).toBeLessThan(5 * limit);
}, 120_000);
