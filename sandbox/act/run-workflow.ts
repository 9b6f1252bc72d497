/**
 * Runs a workflow against the stand-in for AWS, on this machine, with act: `run-workflow.ts WORKFLOW [--event NAME]
 * [--ref REF]`. The job gets the project around the workflow, the built action of this repository, and an OIDC token
 * only if it has `id-token: write`. The stand-in has every repository and role that the workflow and keyringrc.cfg
 * name.
 */
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { parse, stringify } from 'yaml';
import { startStandIn } from '../aws/stand-in.ts';
import { worldOfTexts } from '../aws/world-of-texts.ts';
import { runProgram } from '../programs/run-program.ts';
import { pythonClients } from '../python/environments.ts';
import { makeMachine, runAct } from './act.ts';
import {
  eventsOf,
  hasAction,
  isLeftOut,
  onThisMachine,
  type WorkflowContent,
  whyNot,
  withOwnTokens,
} from './adapt-workflow.ts';
import { readableLog } from './readable-log.ts';

const USAGE = `Usage: npm run act -- WORKFLOW [--event NAME] [--ref REF]

Runs a workflow of yours against the stand-in for AWS, as push, or as the first event that it names.
REF is refs/heads/main unless given.`;
const PACKAGES = ['acme-tool', 'acme-lib', 'acme-probe'];
/** Where the action is in the checkout; workflows name it otherwise, and are changed to it. */
const PLACE = '.codeartifact-keyring';

try {
  process.exitCode = await main();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  // What Node says beside an unknown option is of arguments that begin with a dash.
  const [plain, more] = message.split('. To specify');
  process.stderr.write(`${more === undefined ? plain : `${plain}.\n\n${USAGE}`}\n`);
  process.exitCode = 1;
}

/** @returns the exit status of act */
async function main(): Promise<number> {
  const options = { event: { type: 'string' }, ref: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [file] = positionals;
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if (file === undefined || positionals.length > 1) throw new Error(USAGE);
  // npm changes to the folder of package.json.
  const path = resolve(process.env['INIT_CWD'] ?? '.', file);
  if (!existsSync(path)) throw new Error(`There is no file ${path}.\n\n${USAGE}`);
  const text = readFileSync(path, 'utf8');
  const content = readWorkflow(path, text);
  const events = eventsOf(content);
  const event = values.event ?? (events.includes('push') ? 'push' : (events[0] ?? 'push'));
  if (!events.includes(event)) throw new Error(`${path} does not run on ${event}, but on ${events.join(', ')}.`);

  const clients = await pythonClients('act');
  if (!clients.available) throw new Error(`act cannot be had: ${clients.reason}`);
  const project = projectOf(path);
  const folder = mkdtempSync(join(tmpdir(), 'act-'));
  try {
    const files = globSync(['keyringrc.cfg', '.github/keyringrc.cfg'], { cwd: project }).map((name) =>
      readFileSync(join(project, name), 'utf8'),
    );
    const world = await worldOfTexts([text, ...files]);
    await using standIn = await startStandIn(world);
    const machine = await makeMachine(folder, project, clients.bin, PLACE);
    const adapted = join(folder, 'workflows', basename(path));
    mkdirSync(dirname(adapted));
    writeFileSync(adapted, stringify(withOwnTokens(onThisMachine(content, PLACE))));
    // An earlier run may have installed them into the Python that all runs share.
    await runProgram(clients.program('pip'), ['uninstall', '--yes', '--quiet', ...PACKAGES]);
    const run = await runAct(clients.program('act'), machine, {
      file: adapted,
      event: { name: event, payload: {} },
      ...(values.ref !== undefined && { ref: values.ref }),
      log: 'text',
      env: {
        ...standIn.clientEnvironment(),
        AWS_EC2_METADATA_DISABLED: 'true',
        PIP_DISABLE_PIP_VERSION_CHECK: '1',
        ACTIONS_ID_TOKEN_REQUEST_URL: standIn.oidc.requestUrl,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: standIn.oidc.requestToken,
      },
    });
    process.stdout.write(`${readableLog(run.shown)}\n`);
    const repositories = world.domains.flatMap(({ name, repositories: all }) =>
      all.map((repository) => `${name}/${repository.name}`),
    );
    process.stdout.write(`\n${[...remarksOn(content), standInWith(repositories)].join('\n')}\n`);
    return run.status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readWorkflow(path: string, text: string): WorkflowContent {
  let content: WorkflowContent | null;
  try {
    content = parse(text) as WorkflowContent | null;
  } catch (error) {
    throw new Error(`${path} is no YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!content?.jobs) throw new Error(`${path} is no workflow: it has no jobs.`);
  const reason = whyNot(content);
  if (reason) throw new Error(reason);
  return content;
}

/** How the run differs from one on GitHub. */
function remarksOn(content: WorkflowContent): string[] {
  const used = Object.values(content.jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
  const leftOut = [...new Set(used.filter(isLeftOut))];
  return [
    ...(leftOut.length === 0 ? [] : [`Left out, since this machine's own programs are used: ${leftOut.join(', ')}.`]),
    ...(hasAction(content) ? [] : ['No step of this workflow uses codeartifact-keyring/action.']),
  ];
}

function standInWith(repositories: readonly string[]): string {
  if (repositories.length === 0) {
    return (
      'This was the stand-in for AWS, without a repository: neither the workflow nor keyringrc.cfg has the URL of ' +
      'one. Write it out, since secrets and variables of GitHub are empty here.'
    );
  }
  return (
    `This was the stand-in for AWS, with ${repositories.join(', ')}. Each has the packages acme-tool, acme-lib and ` +
    'acme-probe, and no others.'
  );
}

/** The folder that holds `.github`, for a workflow in `.github/workflows`; else the workflow's own. */
function projectOf(path: string): string {
  const folder = dirname(path);
  return folder.endsWith(join('.github', 'workflows')) ? folder.split(sep).slice(0, -2).join(sep) || sep : folder;
}
