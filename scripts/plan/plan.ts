/**
 * What a step of the action would do, without a runner: `plan.ts FILE [NAME=]URL... [--INPUT VALUE]... [--json]`. The
 * job that it stands for is a new machine of GitHub's with `id-token: write`: nothing of this machine counts but the
 * file and the project in the current folder. Calls, writes and sets nothing.
 *
 * Exit status: 0 where every repository has an identity; 1 for mistakes in the file, the list or the options; 2 for a
 * wrong call; 3 where neither the file nor an option names an identity for a repository.
 */
import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { describeRequest } from '../../src/access/request-words.ts';
import { planTokenRequests } from '../../src/access/token-request.ts';
import { printable } from '../../src/github/log.ts';
import { readInputs } from '../../src/inputs.ts';
import { decodeConfig } from '../../src/keyringrc/decode-config.ts';
import { judgeKeyringrc, type KeyringrcFile } from '../../src/keyringrc/keyringrc-file.ts';
import { DISK, type Disk } from '../../src/machine/disk.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { all, fail, Problems } from '../../src/messages/problems.ts';
import { describeError } from '../../src/messages/wording.ts';
import { openClients, planClients, rehearse } from '../../src/prepare.ts';
import { type PrintedPlan, printPlan } from './print-plan.ts';

/** The inputs of the action that change a plan and hold no secret. */
const OPTIONS = [
  ...['section-matching', 'profile-name', 'token-duration', 'role-to-assume', 'role-session-name', 'role-external-id'],
  ...['role-chaining', 'audience', 'verify', 'tools', 'index-url', 'publish-to', 'credentials'],
];

const USAGE = [
  'npm run plan -- FILE [NAME=]URL... [--INPUT VALUE]... [--json] [--without-oidc]',
  '',
  'FILE is a keyringrc.cfg, URL the endpoint or the ARN of a repository. An INPUT is one of the action:',
  ...OPTIONS.map((name) => `  --${name}`),
  '--json prints JSON, --without-oidc plans for a job without id-token: write.',
].join('\n');

/** Where the user is: npm starts programs in the folder of its package.json. */
const HERE = process.env['INIT_CWD'] ?? process.cwd();

interface Call {
  readonly file: string;
  readonly urls: readonly string[];
  readonly inputs: Readonly<Record<string, string>>;
  readonly json: boolean;
  readonly oidc: boolean;
}

try {
  const call = readCall(process.argv.slice(2));
  if (call === undefined) {
    console.log(USAGE);
  } else {
    const plan = await makePlan(call);
    const print = call.json ? JSON.stringify(plan, null, 2) : printPlan(plan, style).join('\n');
    console.log(print);
    const nameless = plan.repositories.filter(({ identityFrom }) => identityFrom === 'environment');
    for (const { name } of nameless) {
      console.error(
        printable(
          `${name}: neither ${plan.file} nor an option names a role, a profile or keys; the job's own environment ` +
            'would decide.',
        ),
      );
    }
    if (nameless.length > 0) process.exitCode = 3;
  }
} catch (error) {
  if (!(error instanceof Problems)) throw error;
  for (const problem of error.list) console.error(printable(problem));
  process.exitCode = 1;
}

/** @returns undefined where help is asked for; ends the process for a wrong call */
function readCall(args: readonly string[]): Call | undefined {
  const strings = Object.fromEntries(OPTIONS.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...strings,
        json: { type: 'boolean' },
        'without-oidc': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const { json = false, help = false, 'without-oidc': withoutOidc = false, ...inputs } = values;
    if (help) return undefined;
    const [file, ...urls] = positionals;
    if (file === undefined || urls.length === 0) throw new Error('Name a FILE and at least one URL.');
    return { file, urls, inputs: inputs as Record<string, string>, json: Boolean(json), oidc: !withoutOidc };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // What Node says beside it is of arguments that begin with a dash.
    console.error(`${message.split('. To specify')[0]}\n\n${USAGE}`);
    process.exit(2);
  }
}

async function makePlan({ file: path, urls, inputs: given, oidc }: Call): Promise<PrintedPlan> {
  setInputs({ ...given, repositories: urls.join('\n') });
  const [inputs, file] = all(
    () => readInputs(),
    () => readFile(path, given['section-matching'] === 'keyring' ? 'keyring' : 'strict'),
  );
  const [machine, disk] = [newMachine(oidc), diskOf(HERE)];
  const folder = { path: join(machine.home, 'codeartifact-keyring-'.padEnd(53, '0')), isNew: true };
  const target = { machine, disk, folder, pypirc: undefined };
  const requests = planTokenRequests(inputs, file, machine, disk);
  const changes = rehearse(await openClients(inputs, target), requests.requests, target);
  return {
    file: file.name,
    repositories: requests.requests.map((request) => describeRequest(request, machine)),
    clients: await planClients(inputs, requests.requests, target),
    notes: [requests, changes].flatMap(({ notes = [] }) => notes),
    warnings: [file, requests, inputs, changes, { warnings: changes.overrides }].flatMap(
      ({ warnings = [] }) => warnings,
    ),
  };
}

/** As the runner does: `INPUT_` and the name in capitals. Nothing of the caller's counts. */
function setInputs(inputs: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('INPUT_')) delete process.env[name];
  for (const [name, value] of Object.entries(inputs)) process.env[`INPUT_${name.toUpperCase()}`] = value;
}

function readFile(path: string, matching: 'strict' | 'keyring'): KeyringrcFile {
  try {
    return judgeKeyringrc(path, decodeConfig(readFileSync(resolve(HERE, path))), matching);
  } catch (error) {
    if (error instanceof Problems) throw error;
    return fail(`The file ${path} cannot be read (${describeError(error)}); name a keyringrc.cfg.`, error);
  }
}

/** A new machine of GitHub's. */
function newMachine(oidc: boolean): Machine {
  const token = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://unused.example/', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'unused' };
  return { environment: oidc ? token : {}, home: '/home/runner', platform: 'linux', workspace: HERE };
}

/** The files of a project, and no others of this machine. */
function diskOf(folder: string): Disk {
  const isInside = (path: string) => {
    const way = relative(folder, path);
    return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  };
  return {
    ...DISK,
    read: (path) => (isInside(path) ? DISK.read(path) : undefined),
    isFolder: (path) => isInside(path) && DISK.isFolder(path),
    isProgram: () => false,
    list: (path) => (isInside(path) ? DISK.list(path) : []),
  };
}

/** Coloured where standard output is a terminal, unless `NO_COLOR` says otherwise. */
function style(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream: process.stdout });
}
