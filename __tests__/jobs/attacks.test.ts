/**
 * Attacks on whole jobs: the built action in the sandbox's runner, beside a step, a file, a fork or an endpoint that
 * means harm. Where a test could pass for want of an attack, a control shows that it is one.
 */

import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createListener } from 'node:net';
import { basename, delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fullAccess, type Identity, newSession, type Role } from '../../sandbox/aws/world.ts';
import { node24Path } from '../../sandbox/programs/node24-path.mjs';
import { splitLines } from '../../sandbox/runner/line-splitter.ts';
import type { JobOptions, StepResult } from '../../sandbox/runner/runner.ts';
import { parseCommand } from '../../sandbox/runner/workflow-commands.ts';
import { isOurVariable } from '../../src/clients/declared.ts';
import { TOOLS } from '../../src/clients/table.ts';
import { ROWS } from '../support/client-rows.ts';
import { type ForkEvent, forkEvent } from '../support/fork-event.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { findLeaks } from '../support/leaks.ts';
import { commandLine, placeProgram, runScript, setVariables } from '../support/node-programs.ts';
import { modeOf } from '../support/permission-bits.ts';
import { filesHolding, snapshot } from '../support/snapshot.ts';
import { ACTION, type Stage, type StagedJob, setStage, writeProfiles } from '../support/stage.ts';
import { NO_LINKS, NO_PERMISSION_BITS, NO_PIPES, testUnless } from '../support/test-unless.ts';

const PROXY_PASSWORD = 'proxy-pass/word+of=the-machine';
const ROLE = 'arn:aws:iam::111122223333:role/publisher';

let stage: Stage;
/** The same world behind a proxy that asks for a password. */
let guarded: Stage;
beforeAll(async () => {
  const addRole = (world: Stage['standIn']['world']) => {
    const [acme] = world.domains;
    if (!acme) throw new Error('an empty world');
    const trust: Role['trust'] = [
      { subject: 'repo:acme/widgets:*', audience: 'sts.amazonaws.com' },
      { principal: 'arn:aws:iam::111122223333:*' },
      { principal: 'arn:aws:sts::111122223333:*' },
    ];
    world.roles.push({ arn: ROLE, trust, allow: fullAccess(acme) });
    world.identities[0]?.allow.push({ action: 'sts:AssumeRole', resource: '*' });
  };
  stage = await setStage({}, addRole);
  guarded = await setStage({ proxyCredentials: { user: 'build', password: PROXY_PASSWORD } }, addRole);
});
afterAll(async () => {
  await stage.standIn.close();
  await guarded.standIn.close();
});

const errorOf = (step: StepResult) => step.annotations.find(({ level }) => level === 'error')?.message ?? '';

/** What the options of a job say for `id-token: write`. */
const idTokenOf = ({ standIn: { oidc } }: Stage) => ({ url: oidc.requestUrl, token: oidc.requestToken });

/** A duration that is chosen draws no warning. */
const profile = () => ({ repositories: stage.urls.team, 'profile-name': 'acme', 'token-duration': '900' });

const ALL_TOOLS = TOOLS.join(' ');
/** The names of what may lie in the private folder. */
const OUR_FILES = ROWS.flatMap(({ files }) => files);

/** HOME, and RUNNER_TEMP but for the runner's own files. */
const machine = (job: StagedJob) => ({
  home: snapshot(job.home),
  temp: snapshot(job.temp, ['_runner_file_commands', '_github_workflow']),
});

/** A step that an attacker has a hand in sets variables for the later ones. */
async function forgeVariables(job: StagedJob, variables: Record<string, string>): Promise<void> {
  const step = await setVariables(job, variables);
  expect(step.exported).toEqual(variables);
}

describe('commands of the runner in text of others', () => {
  const COMMANDS = new Set([
    ...['add-mask', 'stop-commands', 'set-output', 'save-state', 'set-env', 'add-path', 'debug', 'warning', 'error'],
    ...['notice', 'group', 'endgroup', 'echo', 'add-matcher', 'remove-matcher', 'internal-set-repo-path'],
  ]);
  const LEGACY = 'x##[stop-commands]t';
  const CURRENT = 'x\r::add-mask::masked-by-others\r\n::stop-commands::t\n::warning::of-others';

  /** The runner found no command in what the step printed but the action's own. */
  function expectOwnCommands(job: StagedJob, { stdout, stderr, annotations }: StepResult): void {
    const commands = [stdout, stderr].flatMap((text) =>
      splitLines(text).flatMap((line) => parseCommand(line, COMMANDS) ?? []),
    );
    const ours = ['add-mask', 'debug', 'endgroup', 'error', 'group', 'warning'];
    expect(commands.map(({ name }) => name).filter((name) => !ours.includes(name))).toEqual([]);
    expect(job.masks).not.toContain('masked-by-others');
    expect(job.masks).not.toContain('a');
    expect(annotations.map(({ message }) => message)).not.toContain('of-others');
    expect(commands.length).toBeGreaterThan(0);
  }

  test('the control: a step that prints them is obeyed', async () => {
    await using job = await stage.startJob();
    const print = (...lines: string[]) => runScript(job, lines.map((line) => `console.log('${line}')`).join(';'));
    await print('x\\r::add-mask::masked-by-others');
    expect(job.masks).toContain('masked-by-others');
    const stopped = await print(LEGACY, '::add-mask::hidden-too-late');
    expect(stopped.log).toContain('::add-mask::hidden-too-late');
  });

  test.each([
    ['names', () => `${LEGACY}=${stage.urls.team}\n${LEGACY.slice(1)}\n\r::add-mask::a=${stage.urls.shared}`],
    ['repositories', () => `${stage.urls.team.replace('team', LEGACY)}\n${stage.urls.team}\r::add-mask::a`],
    ['ARNs', () => `arn:aws:codeartifact:us-east-1:111122223333:repository/acme/${LEGACY}\n::stop-commands::t`],
  ])('in the list, as %s', async (_, repositories) => {
    await using job = await stage.startJob({ debug: true });
    const step = await job.action({ ...profile(), repositories: repositories() });
    expect(errorOf(step)).toContain('Input repositories, line 1');
    expectOwnCommands(job, step);
  });

  test.each([
    ['an error of AWS', 'AccessDeniedException', LEGACY],
    ['an error of AWS in several lines', 'AccessDeniedException', CURRENT],
    ['the code of an error', LEGACY, CURRENT],
  ])('in %s', async (_, code, message) => {
    await using job = await stage.startJob({ debug: true });
    const remove = stage.standIn.fault({ kind: 'error', times: 9, status: 403, code, message });
    const step = await job.action(profile());
    remove();
    expect(errorOf(step)).toContain('stop-commands');
    expectOwnCommands(job, step);
  });

  test.each([
    ['GetIdToken', { kind: 'error', times: 9, status: 403, code: LEGACY, message: CURRENT }],
    ['AssumeRoleWithWebIdentity', { kind: 'error', times: 9, status: 403, code: LEGACY, message: CURRENT }],
  ] as const)('in what %s answers', async (operation, fault) => {
    await using job = await stage.startJob({ debug: true, idToken: idTokenOf(stage), repository: 'acme/widgets' });
    const remove = stage.standIn.fault({ ...fault, operation });
    const step = await job.action({ repositories: stage.urls.team, 'role-to-assume': ROLE });
    remove();
    expect(step.outcome).toBe('failure');
    expectOwnCommands(job, step);
  });

  test('in the subject of an OIDC token that AWS refuses', async () => {
    await using job = await stage.startJob({ debug: true, idToken: idTokenOf(stage), repository: 'acme/widgets' });
    stage.standIn.world.claims = { sub: `${LEGACY}${CURRENT}` };
    const step = await job.action({ repositories: stage.urls.team, 'role-to-assume': ROLE });
    delete stage.standIn.world.claims;
    expect(errorOf(step)).toContain('the token says sub x# #[stop-commands]t');
    expectOwnCommands(job, step);
  });

  test('in a keyringrc.cfg and in AWS_PROFILE: sections, profiles, paths', async () => {
    await using job = await stage.startJob({ debug: true });
    const name = `sub ${LEGACY}/keyringrc.cfg`;
    job.workspaceFile(name, `[codeartifact name="${LEGACY}"]\nprofile_name = acme\n`);
    const inputs = { repositories: stage.urls.team, keyringrc: name, 'section-matching': 'keyring' };
    const chosen = await job.action(inputs);
    expect(chosen.outcome).toBe('success');
    expect(chosen.summary).toContain('stop-commands');
    expectOwnCommands(job, chosen);

    job.workspaceFile(name, `[codeartifact name="${LEGACY}"]\nprofile_name = ${LEGACY}\nverify = ${LEGACY}\n`);
    const refused = await job.action(inputs);
    expect(errorOf(refused)).toContain('stop-commands');
    expectOwnCommands(job, refused);

    const variable = await job.action({ repositories: stage.urls.team }, { env: { AWS_PROFILE: CURRENT } });
    expect(errorOf(variable)).toContain('stop-commands');
    expectOwnCommands(job, variable);
  });
});

describe('an endpoint that is not that of AWS', () => {
  interface Answer {
    status?: number;
    body: string;
    headers?: Record<string, string>;
  }

  /** Answers every call in one way, which may depend on what it was sent, and keeps that. */
  async function hostileEndpoint(answerOf: Answer | ((sent: string) => Answer)) {
    const requests: { message: IncomingMessage; body: string }[] = [];
    const server = createServer(async (message, response) => {
      let body = '';
      for await (const piece of message) body += piece;
      requests.push({ message, body });
      const answer = typeof answerOf === 'function' ? answerOf(body) : answerOf;
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
      url,
      requests,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  const tokenOf = (authorizationToken: unknown, expiration: unknown = Date.now() / 1000 + 3600) => ({
    body: JSON.stringify({ authorizationToken, expiration }),
  });

  test('AWS_ENDPOINT_URL_CODEARTIFACT of an earlier step is honoured: it sees a signature, and no key', async () => {
    await using endpoint = await hostileEndpoint(tokenOf('token-of-somebody-else'));
    await using job = await stage.startJob();
    await forgeVariables(job, { AWS_ENDPOINT_URL_CODEARTIFACT: endpoint.url });
    const step = await job.action(profile());
    expect(step.outcome).toBe('success');
    const [{ message, body } = { message: undefined, body: '' }] = endpoint.requests;
    expect(message?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 /);
    const sent = JSON.stringify([message?.url, message?.rawHeaders, body]);
    expect(findLeaks(sent, stage.acmeUser.secretAccessKey)).toEqual([]);
    // Its token goes to the host that was listed, and to no other.
    const netrc = readFileSync(step.outputs['netrc-file'] ?? '', 'utf8');
    expect(netrc.match(/machine \S+/g)).toEqual([`machine ${new URL(stage.urls.team).host}`]);
    const conf = readFileSync(step.outputs['pip-config-file'] ?? '', 'utf8');
    expect(conf.match(/https?:\/\/\S+/g)).toEqual([`${stage.urls.team}simple/`]);

    const security = readFileSync(join(ACTION, 'docs', 'security.md'), 'utf8').replace(/\s+/g, ' ');
    expect(security).toContain(
      '`AWS_ENDPOINT_URL_CODEARTIFACT` and `AWS_ENDPOINT_URL_STS`: an earlier step that can set variables can lead ' +
        'the calls elsewhere',
    );
  });

  test.each([
    ['a line break', 'somebody\nmachine example.com login a password b'],
    ['an option of pip', 'somebody\n[global]\nindex-url = https://evil.example/simple/'],
    ['a space', 'somebody https://evil.example/simple/'],
    ['a quote', 'token"x'],
    ['a percent sign', 'token%(x)s'],
    ['an at sign', 'token@evil.example/'],
    ['a command', '\r\n::add-mask::masked-by-others'],
    ['nothing', ''],
  ])('a token with %s is refused, and nothing is written', async (_, token) => {
    await using endpoint = await hostileEndpoint(tokenOf(token));
    await using job = await stage.startJob({ machine: { AWS_ENDPOINT_URL_CODEARTIFACT: endpoint.url } });
    const before = machine(job);
    const step = await job.action(profile());
    expect(errorOf(step)).toMatch(/AWS answered with(?:out a token| a token of an unknown form)\./);
    expect(step.rawLog.replace(/^::add-mask::.*$/gm, '')).not.toMatch(/evil\.example|machine example|masked-by-others/);
    expect(step.exported).toEqual({});
    expect(machine(job)).toEqual(before);
    expect(job.masks).not.toContain('masked-by-others');
  });

  test.each([
    ['a page', { body: '<html>##[stop-commands]t\n::add-mask::masked-by-others</html>' }],
    ['a refused page', { status: 403, body: '##[stop-commands]t\r::add-mask::masked-by-others' }],
    ['an odd code', { status: 400, body: '{}', headers: { 'x-amzn-errortype': '##[stop-commands]t' } }],
    ['a token that is no text', tokenOf({ a: 1 })],
    ['a token that ends at no time', tokenOf('a-token', 1e300)],
    ['a token without an end', tokenOf('a-token', null)],
    ['a token that has ended', tokenOf('a-token', 1_000_000_000)],
    ['a redirect', { status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } }],
  ])('%s instead of a token ends the step, and says nothing of it as a command', async (_, answer) => {
    await using endpoint = await hostileEndpoint(answer);
    await using job = await stage.startJob({ debug: true, machine: { AWS_ENDPOINT_URL_CODEARTIFACT: endpoint.url } });
    const before = machine(job);
    const step = await job.action(profile());
    expect(errorOf(step)).toContain('no token for the domain "acme"');
    expect(machine(job)).toEqual(before);
    expect(step.exported).toEqual({});
    expect(job.masks).not.toContain('masked-by-others');
    expect(step.stdout).not.toContain('##[');
    expect(findLeaks(step.rawLog.replace(/^::add-mask::.*$/gm, ''), stage.acmeUser.secretAccessKey)).toEqual([]);
  });

  test.each(['', '\n', ' '])(
    'an STS that quotes the OIDC token in its code and message, with %j in it: nothing shows',
    async (blank) => {
      let token = '';
      await using sts = await hostileEndpoint((sent) => {
        token = new URLSearchParams(sent).get('WebIdentityToken') ?? '';
        const quoted = token.replace(/.{40}/g, `$&${blank}`);
        const error = `<Code>${quoted}</Code><Message>It was ${quoted}</Message>`;
        return { status: 403, body: `<ErrorResponse><Error>${error}</Error></ErrorResponse>` };
      });
      await using job = await stage.startJob({
        debug: true,
        idToken: idTokenOf(stage),
        repository: 'acme/widgets',
        machine: { AWS_ENDPOINT_URL_STS: sts.url },
      });
      const step = await job.action({ repositories: stage.urls.team, 'role-to-assume': ROLE });
      expect(errorOf(step)).toContain('no token for the domain "acme"');
      expect(token).toMatch(/^eyJ/);
      // Blanks aside, since a reader would leave them out too.
      const bare = step.rawLog.replace(/^::add-mask::.*$/gm, '').replace(/\s|\\u\{[0-9a-f]+\}|%0[AD]/g, '');
      for (let start = 0; start + 12 < token.length; start += 6)
        expect(bare).not.toContain(token.slice(start, start + 12));
    },
  );

  test.each([
    ['AWS_REGION', 'oidc'],
    ['AWS_DEFAULT_REGION', 'oidc'],
    ['AWS_REGION', 'keys'],
    ['the region of a profile', 'profile'],
  ])('a region x@evil:443/# by %s, for a role by %s: no call leaves', async (name, source) => {
    const region = 'x@evil:443/#';
    await using job = await stage.startJob({
      repository: 'acme/widgets',
      ...(source === 'oidc' ? { idToken: idTokenOf(stage) } : {}),
      machine: { AWS_EC2_METADATA_DISABLED: 'true' },
    });
    job.homeFile(
      '.aws/config',
      `[profile reader]\nrole_arn = ${ROLE}\nsource_profile = acme\nregion = ${region}\n[profile plain]\n` +
        `region = ${region}\n`,
    );
    if (name.startsWith('AWS_')) await forgeVariables(job, { [name]: region });
    const [connects, calls] = [stage.standIn.connects.length, stage.standIn.calls.length];
    const step = await job.action({
      repositories: stage.urls.team,
      ...(source === 'profile' ? { 'profile-name': 'reader' } : { 'role-to-assume': ROLE }),
      ...(source === 'keys' ? { 'profile-name': 'acme' } : {}),
    });
    expect(errorOf(step)).toContain('is not a valid hostname component');
    const targets = stage.standIn.connects.slice(connects).map(({ target }) => target);
    expect(targets.filter((target) => !target.endsWith('.actions.githubusercontent.com:443'))).toEqual([]);
    const operations = stage.standIn.calls.slice(calls).map(({ operation }) => operation);
    expect(operations.filter((operation) => operation !== 'GetIdToken')).toEqual([]);
  });
});

describe('a keyringrc.cfg of a stranger', () => {
  /** A machine with a profile whose credential process leaves a mark, and then gives good credentials. */
  async function bait(options: JobOptions) {
    const job = await stage.startJob(options);
    const mark = join(job.folder, 'the-process-ran');
    const answer = join(job.folder, 'answer.json');
    const { accessKeyId, secretAccessKey } = stage.acmeUser;
    writeFileSync(answer, JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey }));
    const [markText, answerText] = [mark, answer].map((path) => JSON.stringify(path));
    const script =
      `const fs = require('node:fs'); fs.writeFileSync(${markText}, ''); ` +
      `console.log(fs.readFileSync(${answerText}, 'utf8'))`;
    job.homeFile('.aws/config', `[profile bait]\ncredential_process = ${commandLine(job.folder, 'bait', script)}\n`);
    return { job, ran: () => existsSync(mark) };
  }

  const FILE = '[codeartifact]\nprofile_name = bait\nverify = off\n';
  const eventOf = (name: ForkEvent, head: unknown): JobOptions => {
    const { GITHUB_EVENT_PATH = '' } = forkEvent(name, 1, head);
    return { event: { name, payload: JSON.parse(readFileSync(GITHUB_EVENT_PATH, 'utf8')) } };
  };

  test.each<[string, JobOptions]>([
    ['an ordinary push', {}],
    ['pull_request_target of the repository itself', eventOf('pull_request_target', { id: 1 })],
    ['workflow_run of the repository itself', eventOf('workflow_run', { id: 1 })],
  ])('the control: on %s its profile is used, and the process runs', async (_, options) => {
    const { job, ran } = await bait(options);
    await using _job = job;
    job.workspaceFile('keyringrc.cfg', FILE);
    const step = await job.action({ repositories: stage.urls.team });
    expect(step.outcome).toBe('success');
    expect(ran()).toBe(true);
  });

  describe.each<ForkEvent>(['pull_request_target', 'workflow_run'])('on %s', (name) => {
    test.each<[string, string, unknown]>([
      ['keyringrc.cfg', '', { id: 2 }],
      ['.github/keyringrc.cfg', '', { id: 2 }],
      ['config/named.cfg', 'config/named.cfg', { id: 2 }],
      ['keyringrc.cfg', '', null],
    ])('%s (input %j, head %j) is refused, and the process does not run', async (path, keyringrc, head) => {
      const { job, ran } = await bait(eventOf(name, head));
      await using _ = job;
      job.workspaceFile(path, FILE);
      const [before, calls] = [machine(job), stage.standIn.calls.length];
      const step = await job.action({ repositories: stage.urls.team, keyringrc });
      expect(errorOf(step)).toBe(
        `The file ${path} is in the workspace, and this workflow runs on ${name} for a fork, so the author of ` +
          'that fork could have written it to choose your credentials; copy the file of a trusted checkout to ' +
          'RUNNER_TEMP and give its path in the input keyringrc, or use inputs instead of a file.',
      );
      expect(ran()).toBe(false);
      expect(stage.standIn.calls.length).toBe(calls);
      expect(machine(job)).toEqual(before);
    });

    test('a step before it that claims another event, workspace or payload changes nothing', async () => {
      const { job, ran } = await bait(eventOf(name, { id: 2 }));
      await using _ = job;
      job.workspaceFile('keyringrc.cfg', FILE);
      job.workspaceFile('event.json', '{"repository":{"id":1},"pull_request":{"head":{"repo":{"id":1}}}}');
      const lies = {
        GITHUB_EVENT_NAME: 'push',
        GITHUB_WORKSPACE: '/elsewhere',
        GITHUB_EVENT_PATH: join(job.workspace, 'event.json'),
      };
      await forgeVariables(job, lies);
      const step = await job.action({ repositories: stage.urls.team }, { env: lies });
      expect(errorOf(step)).toContain(`${name} for a fork`);
      expect(ran()).toBe(false);
    });
  });
});

describe('what lies where the action writes', () => {
  const umaskOf = (umask: string) => {
    const file = join(freshFolder(), 'umask.cjs');
    writeFileSync(file, `process.umask(0o${umask});\n`);
    return { NODE_OPTIONS: `--require=${file}` };
  };
  const modesOf = (folder: string) =>
    Object.fromEntries(readdirSync(folder).map((name) => [name, modeOf(join(folder, name))]));

  const onUmask = async (umask: string) => {
    await using job = await stage.startJob();
    job.homeFile('.pypirc', '[own]\nusername = me\n', 0o644);
    const before = machine(job);
    const step = await job.action({ ...profile(), tools: ALL_TOOLS }, { env: umaskOf(umask) });
    expect(errorOf(step)).toBe('');
    const folder = join(step.outputs['netrc-file'] ?? '', '..');
    const files = ['auth.toml', 'config.toml', 'netrc', 'pdm.toml', 'pip.conf', 'repositories'];
    expect([modeOf(folder), modesOf(folder)]).toEqual(['700', Object.fromEntries(files.map((name) => [name, '600']))]);
    expect(modeOf(join(job.home, '.pypirc'))).toBe('600');
    const [post] = await job.finish();
    expect(post?.annotations).toEqual([]);
    expect(machine(job)).toEqual(before);
  };
  for (const umask of ['000', '077', '777']) {
    testUnless(NO_PERMISSION_BITS)(`umask ${umask}: what holds a token is for its user alone`, () => onUmask(umask));
  }

  const obstacles: [string, string | undefined, (job: StagedJob, path: string) => Promise<unknown>][] = [
    ['a link to a file', NO_LINKS, async (job, path) => symlinkSync(join(job.home, 'victim'), path)],
    ['a link to nothing', NO_LINKS, async (job, path) => symlinkSync(join(job.home, 'nothing'), path)],
    ['a folder', undefined, async (_, path) => mkdirSync(path)],
    ['a pipe', NO_PIPES, (job, path) => job.run(['mkfifo', path])],
  ];
  describe.each(obstacles)('%s', (_, against, put) => {
    for (const name of ['.pypirc', '.pypirc.codeartifact-keyring.lock']) {
      testUnless(against)(`as ~/${name}: an error that names it, soon; it stays, and nothing else does`, async () => {
        await using job = await stage.startJob();
        job.homeFile('victim', 'precious\n', 0o644);
        const path = join(job.home, name);
        await put(job, path);
        const describeHome = () => [readdirSync(job.home).sort(), modeOf(path), readFileSync(join(job.home, 'victim'))];
        const before = describeHome();
        const step = await job.action(profile(), { timeoutMs: 20_000 });
        expect(errorOf(step)).toContain(path);
        expect(step.exported).toEqual({});
        const [post] = await job.finish({ timeoutMs: 20_000 });
        expect(post?.outcome).toBe('success');
        expect(describeHome()).toEqual(before);
        expect(Object.keys(snapshot(job.temp)).filter((each) => each.startsWith('codeartifact-keyring-'))).toEqual([]);
      });
    }
  });

  testUnless(NO_LINKS)(
    'a step between two uses opens the folder to all and puts links there: closed again, and none is followed',
    async () => {
      await using job = await stage.startJob();
      job.homeFile('victim', 'precious\n', 0o644);
      const victim = join(job.home, 'victim');
      const first = await job.action(profile());
      const folder = join(first.outputs['netrc-file'] ?? '', '..');
      chmodSync(folder, 0o777);
      chmodSync(join(folder, 'pip.conf'), 0o666);
      unlinkSync(join(folder, 'netrc'));
      symlinkSync(victim, join(folder, 'netrc'));
      const owner = basename(folder).slice(-32);
      symlinkSync(victim, join(job.home, `.pypirc.codeartifact-keyring.${owner}`));
      const second = await job.action(profile());
      expect(errorOf(second)).toBe('');
      expect(second.outputs['netrc-file']).toBe(join(folder, 'netrc'));
      expect([modeOf(folder), modesOf(folder)]).toEqual([
        '700',
        { netrc: '600', 'pip.conf': '600', repositories: '600' },
      ]);
      await job.finish();
      expect([readFileSync(victim, 'utf8'), modeOf(victim)]).toEqual(['precious\n', '644']);
      expect(readdirSync(job.home).filter((name) => name.startsWith('.pypirc'))).toEqual([]);
    },
  );

  testUnless(NO_LINKS)('a link to another folder in the place of the private one is not taken for it', async () => {
    await using job = await stage.startJob();
    const precious = join(job.home, 'precious');
    mkdirSync(precious);
    const link = join(job.temp, `codeartifact-keyring-${'0'.repeat(32)}`);
    symlinkSync(precious, link);
    await forgeVariables(job, { NETRC: join(link, 'netrc'), PIP_CONFIG_FILE: join(link, 'pip.conf') });
    const step = await job.action(profile());
    expect(errorOf(step)).toBe('');
    expect(step.outputs['netrc-file']).not.toContain('0'.repeat(32));
    await job.finish();
    expect(readdirSync(precious)).toEqual([]);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });
});

describe('what post is told, and what it finds', () => {
  const state = (step: StepResult) => ({ 'STATE_clean-up': step.state['clean-up'] ?? '' });

  /** Runs post once more with the state that the step saved. */
  function runPost(job: StagedJob, step: StepResult): Promise<StepResult> {
    return job.run([node24Path(), join(ACTION, 'dist', 'post', 'index.js')], { env: state(step) });
  }

  test('a state that a later step forges loses against the one that main saved', async () => {
    await using job = await stage.startJob();
    const before = machine(job);
    const other = join(job.temp, `codeartifact-keyring-${'1'.repeat(32)}`);
    mkdirSync(other);
    const step = await job.action(profile());
    const forged = JSON.stringify({ folder: other, pypirc: join(job.home, 'x', '.pypirc'), variables: [] });
    await forgeVariables(job, { 'STATE_clean-up': forged });
    const [post] = await job.finish();
    expect(post?.outcome).toBe('success');
    expect(existsSync(other)).toBe(true);
    expect(existsSync(join(step.outputs['netrc-file'] ?? '', '..'))).toBe(false);
    rmSync(other, { recursive: true });
    expect(machine(job)).toEqual(before);
  });

  test('files that were modified, opened to all or filled with more are removed', async () => {
    await using job = await stage.startJob();
    const before = machine(job);
    const step = await job.action(profile());
    const folder = join(step.outputs['netrc-file'] ?? '', '..');
    writeFileSync(join(folder, 'netrc'), 'modified', { mode: 0o666 });
    chmodSync(join(folder, 'pip.conf'), 0);
    mkdirSync(join(folder, 'more', 'deep'), { recursive: true });
    if (!NO_LINKS) symlinkSync(job.home, join(folder, 'more', 'home'));
    const pypirc = join(job.home, '.pypirc');
    writeFileSync(pypirc, readFileSync(pypirc, 'utf8').replace(/^username = .*$/m, 'username = modified'));
    const [post] = await job.finish();
    expect(post?.annotations).toEqual([]);
    expect(machine(job)).toEqual(before);
  });

  test('files that are gone: nothing is made, and nothing is said to be wrong', async () => {
    await using job = await stage.startJob();
    const before = machine(job);
    const step = await job.action(profile());
    rmSync(join(step.outputs['netrc-file'] ?? '', '..'), { recursive: true });
    rmSync(join(job.home, '.pypirc'));
    const [post] = await job.finish();
    expect([post?.outcome, post?.annotations]).toEqual(['success', []]);
    expect(machine(job)).toEqual(before);
  });

  test('a folder that is gone, where nothing else was written: that is said', async () => {
    await using job = await stage.startJob();
    const step = await job.action({ ...profile(), tools: 'pip' });
    const folder = join(step.outputs['netrc-file'] ?? '', '..');
    rmSync(folder, { recursive: true });
    const [post] = await job.finish();
    expect(post?.log.at(-1)).toBe('No file of this step is left.');
  });

  testUnless(NO_LINKS)('a folder that was replaced by a link stays, and is not said to be removed', async () => {
    await using job = await stage.startJob();
    const step = await job.action({ ...profile(), tools: 'pip' });
    const folder = join(step.outputs['netrc-file'] ?? '', '..');
    const precious = join(job.home, 'precious');
    mkdirSync(precious);
    rmSync(folder, { recursive: true });
    symlinkSync(precious, folder);
    const [post] = await job.finish();
    expect(post?.log.join('\n')).not.toContain('Removed');
    expect(lstatSync(folder).isSymbolicLink()).toBe(true);
  });

  testUnless(NO_PIPES)('other things in their place stay, and are told', async () => {
    await using job = await stage.startJob();
    const step = await job.action(profile());
    const folder = join(step.outputs['netrc-file'] ?? '', '..');
    const precious = join(job.home, 'precious');
    mkdirSync(precious);
    writeFileSync(join(precious, 'file'), 'kept');
    rmSync(folder, { recursive: true });
    symlinkSync(precious, folder);
    rmSync(join(job.home, '.pypirc'));
    await job.run(['mkfifo', join(job.home, '.pypirc')]);
    const [post] = await job.finish({ timeoutMs: 20_000 });
    expect(post?.outcome).toBe('success');
    expect(post?.annotations.map(({ message }) => message)).toEqual([expect.stringContaining('.pypirc is not a file')]);
    expect(readFileSync(join(precious, 'file'), 'utf8')).toBe('kept');
    expect(lstatSync(folder).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(job.home, '.pypirc')).isFIFO()).toBe(true);
  });

  test('a second time, it does nothing more', async () => {
    await using job = await stage.startJob();
    job.homeFile('.pypirc', '[own]\nusername = me', 0o640);
    const before = machine(job);
    const step = await job.action(profile());
    for (let time = 1; time <= 2; time += 1) {
      const post = await runPost(job, step);
      expect([post.outcome, post.annotations]).toEqual(['success', []]);
      expect(machine(job)).toEqual(before);
    }
    await job.finish();
    expect(machine(job)).toEqual(before);
  });
});

describe('secrets with RUNNER_DEBUG=1, before the runner masks anything', () => {
  let session: Identity;
  beforeAll(() => {
    const { acme, standIn } = guarded;
    session = newSession('arn:aws:sts::111122223333:assumed-role/x/y', fullAccess(acme), Date.now() + 3_600_000);
    session.allow.push({ action: 'sts:AssumeRole', resource: '*' });
    standIn.world.identities.push(session);
  });

  /** Every kind of secret that a job can have, in three steps, since no step can use all of them. */
  const KINDS = ["a role by GitHub's token, a session, keys of the file", 'keys of the inputs', 'a role by variables'];
  type Kind = (typeof KINDS)[number];

  function stepOf(kind: Kind): {
    inputs: Record<string, string>;
    env?: Record<string, string>;
    oidc?: true;
    file?: string;
  } {
    const { accessKeyId, secretAccessKey, sessionToken = '' } = session;
    const { team, shared, research } = guarded.urls;
    if (kind === 'keys of the inputs') {
      const keys = { 'aws-access-key-id': accessKeyId, 'aws-secret-access-key': secretAccessKey };
      return { inputs: { repositories: team, ...keys, 'aws-session-token': sessionToken } };
    }
    if (kind === 'a role by variables') {
      const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
      return {
        inputs: { repositories: team, 'role-to-assume': ROLE },
        env: { ...keys, AWS_SESSION_TOKEN: sessionToken },
      };
    }
    const { labsUser } = guarded;
    const file = [
      `[codeartifact name="team"]\nrole_arn = ${ROLE}`,
      '[codeartifact name="shared"]\nprofile_name = session',
      `[codeartifact name="research"]\naws_access_key_id = ${labsUser.accessKeyId}`,
      `aws_secret_access_key = ${labsUser.secretAccessKey}\n`,
    ].join('\n');
    return { inputs: { repositories: [team, shared, research].join('\n') }, oidc: true, file };
  }

  /** A step of the kind, and all that is secret in it, by what it is. */
  async function run(kind: Kind): Promise<{ job: StagedJob; step: StepResult; secrets: Record<string, string> }> {
    const { inputs, env = {}, oidc, file } = stepOf(kind);
    const job = await guarded.startJob({
      debug: true,
      repository: 'acme/widgets',
      ...(oidc && { idToken: idTokenOf(guarded) }),
      machine: { AWS_EC2_METADATA_DISABLED: 'true' },
    });
    job.homeFile('.aws/credentials', writeProfiles({ session }));
    if (file) job.workspaceFile('keyringrc.cfg', file);
    const step = await job.action({ ...inputs, tools: ALL_TOOLS, 'token-duration': '900' }, { env });
    const secrets: Record<string, string> = {
      'session secret': session.secretAccessKey,
      'session token': session.sessionToken ?? '',
      'proxy password': PROXY_PASSWORD,
      'proxy password as written': encodeURIComponent(PROXY_PASSWORD),
      'secret of the file': guarded.labsUser.secretAccessKey,
      'request token': guarded.standIn.oidc.requestToken,
      // The keys of a role and GitHub's token are told to nobody but the action; it masks them.
      ...Object.fromEntries(job.masks.map((mask, index) => [`mask ${index}`, mask])),
    };
    return { job, step, secrets };
  }

  const withoutMasks = (text: string) => text.replace(/^::add-mask::.*$/gm, '');

  /** Nothing that is known to be secret, nothing as long as a key, and no word that goes before one. */
  function expectNoSecret(where: string, text: string, secrets: Record<string, string>): void {
    for (const [name, secret] of Object.entries(secrets)) {
      expect({ where, name, leaks: findLeaks(text, secret) }).toEqual({ where, name, leaks: [] });
    }
    // Shorter are the 32 digits of our folder's name; 64 are the digest of a value in the state. An index that nobody
    // can guess has 32 digits in its name, and so in its variables.
    const unnamed = text.replace(/(?<=[-_])[0-9a-f]{32}(?=[=_])/gi, '');
    const runs = unnamed.match(/(?<![A-Za-z0-9+=_])(?![0-9a-f]{64}\b)[A-Za-z0-9+=_]{33,}|eyJ[\w-]{10}/g);
    expect({ where, runs }).toEqual({ where, runs: null });
    const words = /authorization:|aws4-hmac|bearer |basic |x-amz-security-token|signature=/i;
    expect({ where, word: words.exec(text)?.[0] }).toEqual({ where, word: undefined });
  }

  test.each(KINDS)('a step that succeeds: %s', async (kind) => {
    const { job, step, secrets } = await run(kind);
    await using _ = job;
    expect(errorOf(step)).toBe('');
    expectNoSecret('standard output', withoutMasks(step.stdout), secrets);
    expectNoSecret('standard error', step.stderr, secrets);
    const { token = '', ...outputs } = step.outputs;
    // What holds a token says so by its name, and post puts it back.
    const isOpen = ([name]: [string, string]) => !(isOurVariable(name) && /_(?:PASSWORD|TOKEN|HOST_RULES)$/.test(name));
    const variables = Object.fromEntries(Object.entries(step.exported).filter(isOpen));
    expect(Object.keys(variables).length).toBeGreaterThan(10);
    expectNoSecret('outputs, state, variables', JSON.stringify([outputs, step.state, variables]), secrets);

    const pypirc = readFileSync(step.outputs['pypirc-file'] ?? '', 'utf8');
    const tokens = [...pypirc.matchAll(/^password = (.*)$/gm)].map(([, password]) => password);
    expect(tokens).toContain(token);
    const known = job.masks.filter((mask) => mask.startsWith('eyJ') && mask.split('.').length === 3);
    expect(known.length > 0).toBe(kind === KINDS[0]);
    const ofTokens = [
      new RegExp(`^codeartifact-keyring-[0-9a-f]{32}/(?:${OUR_FILES.join('|').replaceAll('.', '\\.')})$`),
      /^_runner_file_commands\/set_(output|env)_[0-9a-f-]+$/,
      /^\.pypirc$/,
    ];
    const given = [/^\.aws\/credentials$/, /^keyringrc\.cfg$/];
    for (const [name, secret] of Object.entries(secrets)) {
      // Two of the masks of a token are the token without its last characters.
      const isToken = tokens.some((token = '') => token.startsWith(secret) && token.length - secret.length <= 2);
      const allowed = isToken ? ofTokens : given;
      const found = [job.temp, job.home, job.workspace].flatMap((folder) => filesHolding(folder, secret));
      expect({ name, found: found.filter((path) => !allowed.some((form) => form.test(path))) }).toEqual({
        name,
        found: [],
      });
    }
    const [post] = await job.finish();
    expectNoSecret('post', `${post?.stdout}${post?.stderr}`, secrets);
  });

  test.each(KINDS)('a step that AWS refuses, in words that quote what it was sent: %s', async (kind) => {
    const { sessionToken } = session;
    const message =
      `The signature (${sessionToken}) does not match.\n\nThe canonical string is\n` +
      `x-amz-security-token:${sessionToken}`;
    const faults = ['GetAuthorizationToken', 'AssumeRole', 'AssumeRoleWithWebIdentity'].map((operation) =>
      guarded.standIn.fault({
        kind: 'error',
        times: 99,
        status: 403,
        code: 'SignatureDoesNotMatch',
        message,
        operation,
      }),
    );
    const { job, step, secrets } = await run(kind);
    await using _ = job;
    for (const remove of faults) remove();
    expect(errorOf(step)).toContain('SignatureDoesNotMatch');
    expectNoSecret('standard output', withoutMasks(step.stdout), secrets);
    expectNoSecret('standard error', step.stderr, secrets);
    for (const secret of Object.values(secrets)) expect(filesHolding(job.temp, secret)).toEqual([]);
  });

  test("a step to which GitHub's endpoint quotes the request token", async () => {
    const message = `Not Authorization: Bearer ${guarded.standIn.oidc.requestToken}`;
    const remove = guarded.standIn.fault({ kind: 'error', times: 99, status: 401, message, operation: 'GetIdToken' });
    const { job, step, secrets } = await run(KINDS[0] ?? '');
    await using _ = job;
    remove();
    expect(errorOf(step)).toContain('GitHub gave no OIDC token');
    const text = withoutMasks(step.stdout + step.stderr);
    for (const secret of Object.values(secrets)) expect(findLeaks(text, secret)).toEqual([]);
  });
});

describe('where packages come from', () => {
  test('no file and no variable names the public PyPI as an index, unless asked for, with a warning', async () => {
    const named = /:\/\/([\w-]+\.)*pypi\./;
    const inputs = { ...profile(), repositories: `${stage.urls.team}\n${stage.urls.shared}` };
    await using job = await stage.startJob();
    const step = await job.action({ ...inputs, 'publish-to': 'team', tools: ALL_TOOLS });
    expect(errorOf(step)).toBe('');
    const conf = readFileSync(step.outputs['pip-config-file'] ?? '', 'utf8');
    expect(conf).toMatch(/^index-url=https:\/\/acme-.*\/team\/simple\/$/m);
    expect(JSON.stringify([machine(job), step.exported, step.outputs])).not.toMatch(named);
    expect(step.annotations.map(({ message }) => message).join()).not.toContain('dependency confusion');

    await using asked = await stage.startJob();
    const client = await asked.action({ ...inputs, 'index-url': 'client-default' });
    expect(readFileSync(client.outputs['pip-config-file'] ?? '', 'utf8')).not.toMatch(/^index-url/m);
    await using url = await stage.startJob();
    const foreign = await url.action({ ...inputs, 'index-url': 'https://public.example/simple/' });
    expect(readFileSync(foreign.outputs['pip-config-file'] ?? '', 'utf8')).toMatch(
      /^index-url=https:\/\/public\.example\//m,
    );
    for (const { annotations } of [client, foreign]) {
      expect(annotations.map(({ message }) => message)).toEqual([expect.stringContaining('dependency confusion')]);
    }
  });
});

describe('post in the environment of an attacker', () => {
  /**
   * Preloaded into the action: notes every connection, look-up of a name, program and thread, and which of the two it
   * was.
   */
  const WATCH = `
    const { appendFileSync } = require('node:fs');
    const { syncBuiltinESMExports } = require('node:module');
    const entry = /[/\\\\]dist[/\\\\](main|post)[/\\\\]/.exec(process.argv[1] ?? '')?.[1];
    const watch = (object, name, what) => {
      const original = object[name];
      object[name] = function (...args) {
        if (entry) appendFileSync(NOTES, entry + ' ' + what + '\\n');
        return new.target ? Reflect.construct(original, args) : original.apply(this, args);
      };
    };
    const child = require('node:child_process');
    watch(child.ChildProcess.prototype, 'spawn', 'program');
    watch(child, 'spawnSync', 'program');
    watch(require('node:worker_threads'), 'Worker', 'thread');
    watch(require('node:net').Socket.prototype, 'connect', 'connection');
    watch(require('node:dgram').Socket.prototype, 'send', 'connection');
    watch(require('node:dns'), 'lookup', 'name');
    watch(globalThis, 'fetch', 'connection');
    syncBuiltinESMExports();
  `;

  test('it connects to nothing and starts nothing, and the machine is as it was', async () => {
    const folder = freshFolder();
    const [notes, watch] = [join(folder, 'notes'), join(folder, 'watch.cjs')];
    writeFileSync(notes, '');
    writeFileSync(watch, WATCH.replace('NOTES', JSON.stringify(notes)));

    let connections = 0;
    const listener = createListener((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    const there = `http://127.0.0.1:${port}`;

    // Programs of all likely names, and a credential process, that leave a mark.
    const mark = join(folder, 'started');
    const spies = join(folder, 'bin');
    mkdirSync(spies);
    const likely = [
      'pip',
      'pip3',
      'python',
      'python3',
      'twine',
      'aws',
      'git',
      'sh',
      'cmd',
      'env',
      'uname',
      'rm',
      'node',
    ];
    for (const name of likely) {
      placeProgram(spies, name, `require('node:fs').appendFileSync(${JSON.stringify(mark)}, '${name}\\n')`);
    }
    writeFileSync(join(folder, 'aws-config'), `[profile bait]\ncredential_process = ${join(spies, 'aws')}\n`);

    await using job = await stage.startJob({ machine: { NODE_OPTIONS: `--require=${watch}` } });
    job.homeFile('.pypirc', '[own]\nusername = me\n');
    const before = machine(job);
    const main = await job.action(
      { ...profile(), preflight: 'true', tools: 'pip' },
      { env: { PATH: [spies, process.env['PATH']].join(delimiter) } },
    );
    // The controls: what watches sees a step that does both, and the spy that says nothing fails the preflight.
    expect(errorOf(main)).toContain('pip does not read');
    const noted = new Set(readFileSync(notes, 'utf8').trim().split('\n'));
    expect([...noted]).toEqual(expect.arrayContaining(['main connection', 'main program']));
    expect(readFileSync(mark, 'utf8')).toBe('pip\n');
    expect(errorOf(await job.action(profile()))).toBe('');

    const proxies = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];
    const endpoints = ['', '_CODEARTIFACT', '_STS', '_SSO', '_SSO_OIDC'].map((service) => `AWS_ENDPOINT_URL${service}`);
    await forgeVariables(job, {
      ...Object.fromEntries([...proxies, ...endpoints].map((name) => [name, there])),
      NO_PROXY: '',
      AWS_ACCESS_KEY_ID: 'AKIAATTACKER',
      AWS_SECRET_ACCESS_KEY: 'attacker',
      AWS_SESSION_TOKEN: 'attacker',
      AWS_PROFILE: 'bait',
      AWS_CONFIG_FILE: join(folder, 'aws-config'),
      AWS_REGION: 'x@evil:443/#',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${there}/credentials`,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: there,
      AWS_CA_BUNDLE: '/nowhere',
      NODE_EXTRA_CA_CERTS: 'no such\tfile',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      NODE_USE_ENV_PROXY: '1',
      HOME: '/nowhere',
      USERPROFILE: '/nowhere',
      TMPDIR: '/nowhere',
      XDG_CONFIG_HOME: '/nowhere',
      RUNNER_TEMP: '/',
      GITHUB_WORKSPACE: '/',
      INPUT_REPOSITORIES: `${there}/`,
      'INPUT_CLEAN-UP': 'false',
      INPUT_PREFLIGHT: 'true',
    });
    await runScript(job, `say('PATH', ${JSON.stringify(spies)})`);
    await Promise.all([once(listener, 'connection'), runScript(job, `net.connect(${port}, '127.0.0.1')`)]);
    await runScript(job, `child_process.execSync('twine')`);
    expect(readFileSync(mark, 'utf8')).toBe('pip\ntwine\n');
    rmSync(mark);
    writeFileSync(notes, '');
    const connects = stage.standIn.connects.length;

    const posts = await job.finish();
    expect(posts.map(({ outcome, annotations }) => [outcome, annotations])).toEqual([
      ['success', []],
      ['success', []],
    ]);
    expect(readFileSync(notes, 'utf8')).toBe('');
    expect(existsSync(mark)).toBe(false);
    expect([connections, stage.standIn.connects.length]).toEqual([1, connects]);
    expect(machine(job)).toEqual(before);
    await new Promise((resolve) => listener.close(resolve));
  });
});
