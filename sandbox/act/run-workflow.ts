/**
 * Runs a workflow against the stand-in for AWS, on this machine, with act: `run-workflow.ts WORKFLOW [--event NAME]
 * [--ref REF]`. The job gets the project around the workflow, and the built action of this repository. The stand-in
 * has every repository and role that the workflow and keyringrc.cfg name.
 */
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { parse, stringify } from 'yaml';
import { startStandIn } from '../aws/stand-in.ts';
import { worldOfTexts } from '../aws/world-of-texts.ts';
import { pythonClients } from '../python/environments.ts';
import { makeMachine, runAct } from './act.ts';
import { onThisMachine, type WorkflowContent } from './adapt-workflow.ts';

const USAGE = 'Usage: npm run act -- WORKFLOW [--event push] [--ref refs/heads/main]';
/** Where the action is in the checkout; workflows name it otherwise, and are changed to it. */
const PLACE = '.codeartifact-keyring';

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** @returns the exit status of act */
async function main(): Promise<number> {
  const options = { event: { type: 'string', default: 'push' }, ref: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Error(USAGE);
  // npm changes to the folder of package.json.
  const path = resolve(process.env['INIT_CWD'] ?? '.', file);
  if (!existsSync(path)) throw new Error(`There is no file ${path}. ${USAGE}`);
  const text = readFileSync(path, 'utf8');
  const content = parse(text) as WorkflowContent | null;
  if (!content?.jobs) throw new Error(`${path} is no workflow: it has no jobs.`);

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
    const adapted = join(folder, 'workflow.yml');
    writeFileSync(adapted, stringify(onThisMachine(content, PLACE)));
    const run = await runAct(clients.program('act'), machine, {
      file: adapted,
      event: { name: values.event, payload: {} },
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
    // act asks for Docker, which jobs on this machine do not need.
    const shown = run.shown.split('\n').filter((line) => !line.includes('docker connection'));
    process.stdout.write(`${shown.join('\n').trimEnd()}\n`);
    const repositories = world.domains.flatMap(({ name, repositories: all }) =>
      all.map((repository) => `${name}/${repository.name}`),
    );
    process.stdout.write(
      `\nThis was the stand-in for AWS, with ${repositories.join(', ') || 'no repository'}. Each has the packages ` +
        'acme-tool, acme-lib and acme-probe, and no others.\n',
    );
    return run.status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The folder that holds `.github`, for a workflow in `.github/workflows`; else the workflow's own. */
function projectOf(path: string): string {
  const folder = dirname(path);
  return folder.endsWith(join('.github', 'workflows')) ? folder.split(sep).slice(0, -2).join(sep) || sep : folder;
}
