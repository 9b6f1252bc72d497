/** Connections that are opened before they are needed: whom they reach, and what goes over them. */
import { copyFileSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fullAccess } from '../../sandbox/aws/world.ts';
import type { JobOptions, StepResult } from '../../sandbox/runner/runner.ts';
import { type Stage, type StagedJob, setStage } from '../support/stage.ts';

const ROLES = ['reader', 'writer'].map((name) => `arn:aws:iam::111122223333:role/${name}`);
const [ROLE = ''] = ROLES;

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({}, (world) => {
    const [acme] = world.domains;
    world.identities[0]?.allow.push({ action: 'sts:AssumeRole', resource: '*' });
    if (!acme) throw new Error('an empty world');
    const trust = [{ subject: '*', audience: 'sts.amazonaws.com' }, { principal: `arn:aws:iam::${acme.owner}:*` }];
    world.roles.push(...ROLES.map((arn) => ({ arn, trust, allow: fullAccess(acme) })));
  });
});
afterAll(() => stage.standIn.close());

/** A connection to a gate. */
interface Passage {
  readonly openedAt: number;
  bytes: number;
}

/** A port that leads to the stand-in, as a host of its own. @param treat does otherwise, where it returns true */
async function openGate(treat: (socket: Socket, number: number) => boolean = () => false) {
  const passages: Passage[] = [];
  const sockets: Socket[] = [];
  const server = createServer((client) => {
    const passage: Passage = { openedAt: Date.now(), bytes: 0 };
    passages.push(passage);
    sockets.push(client);
    client
      .on('error', () => {})
      .on('data', (bytes) => {
        passage.bytes += bytes.length;
      });
    if (treat(client, passages.length)) return;
    const inner = connect(stage.standIn.securePort, '127.0.0.1').on('error', () => client.destroy());
    client.pipe(inner).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    passages,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Gates {
  readonly codeartifact: string;
  readonly sts?: string;
  readonly github?: string;
}

/** A job on a machine without a proxy, whose hosts are behind gates. */
function startJob({ codeartifact, sts = codeartifact, github }: Gates, options: JobOptions = {}): Promise<StagedJob> {
  const machine = {
    HTTPS_PROXY: '',
    AWS_ENDPOINT_URL_CODEARTIFACT: codeartifact,
    AWS_ENDPOINT_URL_STS: sts,
    ...options.machine,
  };
  const url = `${github}/sandbox/idtoken?api-version=2.0`;
  const idToken = github === undefined ? {} : { idToken: { url, token: stage.standIn.oidc.requestToken } };
  return stage.startJob({ ...idToken, ...options, machine });
}

const errorOf = (step: StepResult) => step.annotations.find(({ level }) => level === 'error')?.message ?? '';
const bytesOf = ({ passages }: { passages: readonly Passage[] }) => passages.map(({ bytes }) => bytes);

describe('a role by OIDC', () => {
  test('has its connections to STS and CodeArtifact before GitHub answers, and no other', async () => {
    await using codeartifact = await openGate();
    await using sts = await openGate();
    await using github = await openGate();
    const end = stage.standIn.fault({ kind: 'delay', operation: 'GetIdToken', milliseconds: 1_500 });
    await using job = await startJob({ codeartifact: codeartifact.url, sts: sts.url, github: github.url });
    const step = await job.action({ repositories: stage.urls.team, 'role-to-assume': ROLE });
    end();
    expect(errorOf(step)).toBe('');
    const answered = (stage.standIn.calls.find(({ operation }) => operation === 'GetIdToken')?.time ?? 0) + 1_500;
    for (const { passages } of [codeartifact, sts, github]) {
      expect(passages).toHaveLength(1);
      expect(passages[0]?.openedAt).toBeLessThan(answered);
    }
  });

  test('two roles have two of each', async () => {
    await using codeartifact = await openGate();
    await using sts = await openGate();
    await using github = await openGate();
    await using job = await startJob({ codeartifact: codeartifact.url, sts: sts.url, github: github.url });
    job.workspaceFile(
      'keyringrc.cfg',
      ['team', 'shared'].map((name, index) => `[codeartifact name="${name}"]\nrole_arn = ${ROLES[index]}\n`).join('\n'),
    );
    const step = await job.action({ repositories: `${stage.urls.team}\n${stage.urls.shared}` });
    expect(errorOf(step)).toBe('');
    expect([codeartifact, sts, github].map(({ passages }) => passages.length)).toEqual([2, 2, 1]);
  });
});

test('a role of a profile has its connection to STS before the keys for it are there', async () => {
  await using codeartifact = await openGate();
  await using sts = await openGate();
  await using job = await startJob(
    { codeartifact: codeartifact.url, sts: sts.url },
    { machine: { AWS_PROFILE: 'ci' } },
  );
  const { accessKeyId, secretAccessKey } = stage.acmeUser;
  const keys = { Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey };
  const given = join(job.home, 'given');
  job.homeFile(
    'keys.cjs',
    `setTimeout(() => {
      require('node:fs').writeFileSync(${JSON.stringify(given)}, String(Date.now()));
      console.log('${JSON.stringify(keys)}');
    }, 1_500);`,
  );
  job.homeFile(
    '.aws/config',
    [
      '[profile ci]',
      `role_arn = ${ROLE}`,
      'source_profile = base',
      '[profile base]',
      `credential_process = "${process.execPath}" "${join(job.home, 'keys.cjs')}"`,
    ].join('\n'),
  );
  const step = await job.action({ repositories: stage.urls.team });
  expect(errorOf(step)).toBe('');
  expect([codeartifact, sts].map(({ passages }) => passages.length)).toEqual([1, 1]);
  expect(sts.passages[0]?.openedAt).toBeLessThan(Number(readFileSync(given, 'utf8')));
});

test('GitHub is greeted, but not asked, where the machine stands in the way', async () => {
  await using codeartifact = await openGate();
  await using github = await openGate();
  await using job = await startJob({ codeartifact: codeartifact.url, github: github.url });
  job.homeFile('.pypirc/folder', '');
  const before = stage.standIn.calls.length;
  const step = await job.action({ repositories: stage.urls.team, 'role-to-assume': ROLE });
  expect(errorOf(step)).toContain('.pypirc');
  expect(stage.standIn.calls.slice(before)).toEqual([]);
  expect(github.passages).toHaveLength(1);
});

describe('nobody hears a byte', () => {
  test.each<[string, Record<string, string>, JobOptions]>([
    ['has a mistake in its inputs', { tools: 'npm' }, {}],
    ['has a mistake in its file', { keyringrc: 'missing.cfg' }, {}],
    [
      'is skipped in a pull request from a fork',
      { forks: 'skip' },
      {
        hosted: true,
        event: {
          name: 'pull_request',
          payload: { repository: { id: 1 }, pull_request: { head: { repo: { id: 2 } } } },
        },
        machine: { AWS_CONFIG_FILE: '/missing', AWS_SHARED_CREDENTIALS_FILE: '/missing' },
      },
    ],
  ])('a step that %s sends nothing over its connections', async (_, inputs, options) => {
    await using gate = await openGate();
    await using job = await startJob({ codeartifact: gate.url }, options);
    const step = await job.action({ repositories: stage.urls.team, ...inputs });
    expect(step.outcome).toBe('forks' in inputs ? 'success' : 'failure');
    expect(bytesOf(gate).filter((bytes) => bytes > 0)).toEqual([]);
  });

  test('a step whose repositories have no address of CodeArtifact has no connection either', async () => {
    await using gate = await openGate();
    await using job = await startJob({ codeartifact: gate.url });
    const step = await job.action({ repositories: 'https://example.org/pypi/team/' });
    expect(step.outcome).toBe('failure');
    expect(gate.passages).toEqual([]);
  });

  test('a plan has no connection', async () => {
    await using gate = await openGate();
    await using job = await startJob({ codeartifact: gate.url });
    const step = await job.action({ repositories: stage.urls.team, plan: 'true' });
    expect(step.outcome).toBe('success');
    expect(gate.passages).toEqual([]);
  });

  test('where the guess is wrong: GitHub is not asked, since no role is to be assumed', async () => {
    await using gate = await openGate();
    await using github = await openGate();
    await using job = await startJob({ codeartifact: gate.url, github: github.url });
    const step = await job.action({ repositories: stage.urls.team, 'profile-name': 'acme' });
    expect(errorOf(step)).toBe('');
    expect(bytesOf(github)).toEqual([0]);
  });
});

describe('with keys', () => {
  const keys = () => ({ repositories: stage.urls.team, 'profile-name': 'acme' });

  test('one connection', async () => {
    await using gate = await openGate();
    await using job = await startJob({ codeartifact: gate.url });
    expect(errorOf(await job.action(keys()))).toBe('');
    expect(gate.passages).toHaveLength(1);
  });

  test('verify: the bundle of the input is trusted on it', async () => {
    await using gate = await openGate();
    await using job = await startJob(
      { codeartifact: gate.url },
      { machine: { NODE_EXTRA_CA_CERTS: '', AWS_CA_BUNDLE: '' } },
    );
    copyFileSync(stage.standIn.caFile, join(job.workspace, 'ca.pem'));
    const unknown = await job.action(keys());
    expect(errorOf(unknown)).toContain('certificate');
    const before = gate.passages.length;
    expect(errorOf(await job.action({ ...keys(), verify: 'ca.pem' }))).toBe('');
    expect(gate.passages.length - before).toBe(1);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['ends at once', (socket) => void socket.end()],
    ['is reset at once', (socket) => void socket.resetAndDestroy()],
    ['dies when it is greeted', (socket) => void socket.once('data', () => socket.destroy())],
  ])('the first connection %s: the step has its token over another one', async (_, treat) => {
    await using gate = await openGate((socket, number) => {
      if (number === 1) treat(socket);
      return number === 1;
    });
    await using job = await startJob({ codeartifact: gate.url });
    expect(errorOf(await job.action(keys()))).toBe('');
    expect(gate.passages).toHaveLength(2);
  });

  test('the first connection never says a word: it is given up, and another one is opened', async () => {
    await using gate = await openGate((_, number) => number === 1);
    await using job = await startJob({ codeartifact: gate.url });
    expect(errorOf(await job.action(keys()))).toBe('');
    expect(gate.passages).toHaveLength(2);
  }, 60_000);

  test('a proxy takes all: no connection goes past it', async () => {
    await using gate = await openGate();
    await using job = await startJob({ codeartifact: gate.url }, { machine: { HTTPS_PROXY: stage.standIn.proxyUrl } });
    const step = await job.action(keys());
    // The proxy leads to the real names only.
    expect(errorOf(step)).toContain('403');
    expect(gate.passages).toEqual([]);
  });
});
