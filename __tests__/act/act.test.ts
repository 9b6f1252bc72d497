import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ActRun, type Machine, makeMachine, runAct, type Workflow } from '../../sandbox/act/act.ts';
import type { Call } from '../../sandbox/aws/exchange.ts';
import { sampleWorld } from '../../sandbox/aws/sample-world.ts';
import { type StandIn, startStandIn } from '../../sandbox/aws/stand-in.ts';
import { type Domain, fullAccess } from '../../sandbox/aws/world.ts';
import { makePackages } from '../../sandbox/packages/make-packages.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { findLeaks } from '../support/leaks.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { filesHolding, snapshot } from '../support/snapshot.ts';

const PROJECT = fileURLToPath(new URL('project', import.meta.url));
const OWN_PYPIRC =
  '# my own\n[distutils]\nindex-servers = private\n\n[private]\nrepository = https://pypi.example.com/legacy/\n' +
  'username = me';

await describeWithPython(
  'workflow files under act',
  ({ bin, program }) => {
    let standIn: StandIn;
    beforeAll(async () => {
      standIn = await startStandIn(await threeAccounts());
    });
    afterAll(() => standIn.close());

    /** Runs a file of workflows/ on a machine that has nothing but a ~/.pypirc of its user. */
    async function run(name: string, more: Partial<Workflow> = {}): Promise<Finished> {
      const folder = freshFolder();
      const machine = await makeMachine(folder, PROJECT, bin);
      writeFileSync(join(machine.home, '.pypirc'), OWN_PYPIRC);
      const homeBefore = snapshot(machine.home);
      const callsBefore = standIn.calls.length;
      const { requestUrl, requestToken } = standIn.oidc;
      const outcome = await runAct(program('act'), machine, {
        file: fileURLToPath(new URL(`workflows/${name}.yml`, import.meta.url)),
        env: {
          ...standIn.clientEnvironment(),
          AWS_EC2_METADATA_DISABLED: 'true',
          ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
        },
        ...more,
      });
      return { ...outcome, folder, machine, homeBefore, calls: standIn.calls.slice(callsBefore) };
    }

    test('one repository: pip installs a private package', async () => {
      const finished = await run('install');
      expectSuccess(finished, ['Install/test']);
      expect(printed(finished)).toEqual(['installed acme_probe 1.0.0']);
      expect(rolesOf(finished)).toEqual(['arn:aws:iam::444455556666:role/publisher']);
      expect(filesOf(finished, 'Download')).toEqual(['acme_probe-1.0.0-py3-none-any.whl']);
    });

    test('a matrix over three accounts: each job has the role of its own', async () => {
      const finished = await run('matrix');
      expectSuccess(finished, ['Matrix/test-1', 'Matrix/test-2', 'Matrix/test-3']);
      expect(printed(finished)).toEqual([
        'installed acme_lib 1.0.0',
        'installed acme_model 1.0.0',
        'installed acme_probe 1.0.0',
      ]);
      expect(rolesOf(finished)).toEqual(
        ['111122223333', '444455556666', '777788889999'].map((account) => `arn:aws:iam::${account}:role/publisher`),
      );
    });

    test('a release: a job builds with a private back end and uploads, the next one installs it', async () => {
      const payload = { action: 'published', release: { tag_name: 'v1.2.0' } };
      const ref = 'refs/tags/v1.2.0';
      const finished = await run('publish', { event: { name: 'release', payload }, ref });
      expectSuccess(finished, ['Publish/publish', 'Publish/install']);
      expect(printed(finished)).toEqual(['installed acme_report 1.2.0']);
      const uploads = finished.calls.filter(({ operation }) => operation === 'Upload');
      expect(uploads.map(({ parameters, status }) => `${parameters['repository']} ${status}`)).toEqual(['team 200']);
      expect(filesOf(finished, 'Download')).toEqual([
        'acme_backend-1.0.0-py3-none-any.whl',
        'acme_report-1.2.0-py3-none-any.whl',
      ]);
    });

    test('a step fails: post cleans up all the same', async () => {
      const finished = await run('failing');
      expect(finished.status).not.toBe(0);
      expect(stepsOf(finished)).toEqual([
        'Main actions/checkout@v7 success',
        'Main ./ success',
        'Main pip install --target packages acme-missing failure',
        'Main Look for the reason success',
        'Post ./ success',
      ]);
      // While the job ran, the sections and the netrc were there; act masked the token. It adds no encoded forms,
      // as GitHub's runner does.
      expect(finished.shown).toMatch(/^password = \*\*\*$/m);
      expect(finished.shown).toMatch(/^ {2}password \*\*\*$/m);

      const [pipConf = ''] = outputsOf(finished, 'pip-config-file');
      const runnerTemp = dirname(dirname(pipConf));
      expect(pipConf.startsWith(finished.machine.jobs)).toBe(true);
      expect(readdirSync(runnerTemp)).toEqual([]); // act keeps it where a job failed.
      expect(existsSync(dirname(pipConf))).toBe(false);
      expectNothingLeft(finished);
      const [token = ''] = tokensOf(finished);
      expect(token).toMatch(/^eyJ/);
      expect(filesHolding(finished.folder, token)).toEqual([]);
    });

    test('the log as people read it shows no token either', async () => {
      const { shown } = await run('failing', { log: 'text' });
      expect(shown).toMatch(/^\[Failing\/test\] +\| password = \*\*\*$/m);
      // How every token begins.
      expect(shown).not.toContain('eyJ');
    });
  },
  'act',
);

/** What act did, on which machine, and what the stand-in was asked for meanwhile. */
type Finished = ActRun & { folder: string; machine: Machine; homeBefore: Record<string, string>; calls: Call[] };

/** The sample world, and a third account: repository `features` of `acme-data`, with acme-model. */
async function threeAccounts() {
  const { world, acmeRole } = await sampleWorld();
  const packages = await makePackages([{ name: 'acme-model', version: '1.0.0' }]);
  const data: Domain = {
    name: 'acme-data',
    owner: '777788889999',
    region: 'ap-southeast-2',
    repositories: [{ name: 'features', packages }],
  };
  world.domains.push(data);
  world.roles.push({ ...acmeRole, arn: `arn:aws:iam::${data.owner}:role/publisher`, allow: fullAccess(data) });
  return world;
}

function expectSuccess(finished: Finished, jobs: string[]): void {
  if (finished.status !== 0) throw new Error(`act ends with status ${finished.status}:\n${finished.shown}`);
  const ended = finished.lines.filter(({ jobResult }) => jobResult !== undefined);
  expect(ended.map(({ job, jobResult }) => `${job?.trim()} ${jobResult}`).sort()).toEqual(
    jobs.map((job) => `${job} success`).sort(),
  );
  expect(stepsOf(finished).filter((step) => step === 'Post ./ success')).toHaveLength(jobs.length);
  expect(tokensOf(finished)).toHaveLength(jobs.length);
  expectNothingLeft(finished);
}

/** HOME is as it was, but for what pip and act keep there, and no secret was shown. */
function expectNothingLeft(finished: Finished): void {
  expect(snapshot(finished.machine.home, ['.cache', '.config', 'Library'])).toEqual(finished.homeBefore);

  const masks = finished.lines.filter(({ command }) => command === 'add-mask').map(({ arg = '' }) => arg);
  expect(masks.filter((mask) => finished.shown.includes(mask))).toEqual([]);
  const jwts = masks.filter((mask) => /^eyJ[\w-]+\.[\w.-]+$/.test(mask));
  for (const secret of new Set([...tokensOf(finished), ...jwts])) expect(findLeaks(finished.shown, secret)).toEqual([]);
}

/** Stage, step and result, in order. */
const stepsOf = ({ lines }: ActRun) =>
  lines
    .filter(({ stage, stepResult }) => stage !== undefined && stepResult !== undefined)
    .map(({ stage, step, stepResult }) => `${stage} ${step} ${stepResult}`);

const outputsOf = ({ lines }: ActRun, output: string) =>
  lines.filter(({ command, name }) => command === 'set-output' && name === output).map(({ arg = '' }) => arg);

/** The tokens as outputs, whether masked or not. */
const tokensOf = (finished: ActRun) => outputsOf(finished, 'token');

const printed = ({ lines }: ActRun) =>
  lines
    .filter(({ step, msg }) => step?.startsWith('python -c') && msg.startsWith('installed'))
    .map(({ msg }) => msg.trim())
    .sort();

const rolesOf = ({ calls }: Finished) =>
  calls
    .filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity')
    .map(({ parameters }) => parameters['roleArn'])
    .sort();

const filesOf = ({ calls }: Finished, operation: string) =>
  calls.filter((call) => call.operation === operation).map(({ parameters }) => parameters['file']);
