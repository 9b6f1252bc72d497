import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { AuthorizedRepository } from '../../src/access/tokens.ts';
import { NO_DEFAULT } from '../../src/clients/client.ts';
import { LIST, listRepositories } from '../../src/clients/earlier-use.ts';
import type { Tool } from '../../src/clients/table.ts';
import type { Inputs } from '../../src/inputs.ts';
import type { Environment } from '../../src/machine/machine.ts';
import { lookBeside, openClients, planClients, rehearse as rehearseWith, type Target } from '../../src/prepare.ts';
import { place } from '../support/files.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { problemsOf, problemsOfAsync } from '../support/problems-of.ts';
import { sampleInputs } from '../support/sample-inputs.ts';
import { machineWith, sampleDisk } from '../support/sample-machine.ts';
import { sampleRepository } from '../support/sample-repository.ts';
import { authorize, profileIdentity } from '../support/sample-setup.ts';

const TEAM = sampleRepository({ alias: 'team', name: 'team' });
const SHARED = sampleRepository({ alias: 'shared', name: 'shared' });
const LABS = sampleRepository({ alias: 'labs', name: 'labs' });
const LIST_OF_LABS = listRepositories([LABS], {}).bytes.toString();
const AUTHORIZED = [authorize(TEAM, 't'), authorize(SHARED, 't')];
const FOLDER = join('/temp', 'codeartifact-keyring-0123');

const inputs = (given: Parameters<typeof sampleInputs>[0] = {}) =>
  sampleInputs({ repositories: [TEAM, SHARED], ...given });
const target = (environment: Environment = {}, rest: Partial<Target> = {}): Target => ({
  machine: machineWith(environment),
  folder: { path: FOLDER, isNew: true },
  pypirc: undefined,
  ...rest,
});
const prepare = async (authorized: readonly AuthorizedRepository[], given: Inputs, where: Target) =>
  (await openClients(given, where))(authorized);
const rehearse = async (given: Inputs, where: Target) =>
  rehearseWith(
    await openClients(given, where),
    given.repositories.map((repository) => ({ repository })),
    where,
  );
const variableOf = (name: string, changes: Awaited<ReturnType<typeof prepare>>) =>
  changes.variables.find((variable) => variable.name === name)?.value;

describe('the changes', () => {
  test('files are in the private folder, and uploads go to publish-to', async () => {
    const changes = await prepare(AUTHORIZED, inputs({ publishTo: SHARED }), target());
    expect(variableOf('PIP_CONFIG_FILE', changes)).toBe(join(FOLDER, 'pip.conf'));
    expect(variableOf('TWINE_REPOSITORY', changes)).toBe('shared');
    expect(variableOf('TWINE_REPOSITORY', await prepare(AUTHORIZED, inputs(), target()))).toBe(NO_DEFAULT);
  });

  test('a variable that says something else in this job is told, but not one that names files', async () => {
    const before = {
      TWINE_REPOSITORY: 'mine',
      TWINE_NON_INTERACTIVE: '1',
      NETRC: '/home/user/.netrc',
      PIP_CONFIG_FILE: '',
    };
    const given = inputs({ publishTo: SHARED });
    expect((await prepare(AUTHORIZED, given, target(before))).notes).toEqual([
      'The variable TWINE_REPOSITORY was set before; this action gives it another value until the job ends.',
    ]);
    const second = target(before, { folder: { path: FOLDER, isNew: false } });
    expect((await prepare(AUTHORIZED, given, second)).notes).toEqual([]);
  });

  test('a second use finds what the first has left', async () => {
    const before = target({ UV_DEFAULT_INDEX: TEAM.indexUrl });
    const given = inputs({ tools: ['uv'], mainIndex: { kind: 'client-default' } });
    const second = { ...before, folder: { path: FOLDER, isNew: false } };
    expect((await prepare(AUTHORIZED, given, before)).overrides).toEqual([]);
    expect((await prepare(AUTHORIZED, given, second)).overrides).toEqual([
      expect.stringMatching(
        /^uv still uses the index of an earlier step, because GitHub cannot unset its variable UV_DEFAULT_INDEX/,
      ),
    ]);
  });

  test('a project whose own files name an index is told of index-url: project', async () => {
    const workspace = freshFolder();
    writeFileSync(join(workspace, 'pyproject.toml'), `[[tool.uv.index]]\nurl = "${TEAM.indexUrl}"\n`);
    const machine = { ...machineWith({}), workspace };
    const noteWith = async (given: Parameters<typeof sampleInputs>[0]) =>
      (await prepare(AUTHORIZED, inputs(given), target({}, { machine }))).notes[0];
    expect(await noteWith({ tools: ['twine', 'uv'] })).toMatch(/pyproject\.toml line 2 names the index team itself/);
    expect(await noteWith({ tools: ['twine'] })).toBeUndefined();
    expect(await noteWith({ tools: ['uv'], mainIndex: { kind: 'project' } })).toMatch(/^Installs use the indexes that/);
  });

  test('what the clients have to say comes next', async () => {
    const identities = [authorize(TEAM, 'token-team'), authorize(SHARED, 'token-shared')];
    const given = inputs({ publishTo: SHARED });
    expect((await prepare(identities, given, target({ TWINE_REPOSITORY: 'mine' }))).notes).toEqual([
      expect.stringMatching(/^pip: the URL of shared in pip\.conf has its token in it/),
      expect.stringMatching(/^The variable TWINE_REPOSITORY was set before/),
    ]);
  });

  test('a list of the repositories is beside the files of clients, and not without them', async () => {
    const namesWith = async (tools: Tool[]) =>
      (await prepare(AUTHORIZED, inputs({ tools }), target())).files.map(({ name }) => name);
    expect(await namesWith(['pip', 'twine'])).toEqual(['netrc', 'pip.conf', LIST]);
    expect(await namesWith(['env', 'twine'])).toEqual([]);
  });

  test('variables that no later step could start with are refused', async () => {
    const prepared = await openClients(inputs(), target({ MINE: 'x'.repeat(2 ** 21) }));
    expect(problemsOf(() => prepared(AUTHORIZED))).toEqual([
      expect.stringMatching(/^All variables of this job would have 2\d{6} bytes together/),
    ]);
  });
});

describe('the warnings', () => {
  const EARLIER = { [`/temp/codeartifact-keyring-0123/${LIST}`]: LIST_OF_LABS };
  const LOST = expect.stringMatching(/^Installs no longer look in labs, which an earlier step/);
  const besideUv = (path: string) => expect.stringMatching(`^Input tools names pip but not uv, .*[(]${path}[)]`);
  const warningsOf = async (
    given: Parameters<typeof sampleInputs>[0],
    files: Parameters<typeof sampleDisk>[0],
    { isNew = false, PATH = '/opt/bin' } = {},
  ) => {
    const where = target({ PATH }, { disk: sampleDisk(files), folder: { path: FOLDER, isNew } });
    return (await prepare(AUTHORIZED, inputs(given), where)).warnings;
  };

  test('tell what an earlier step listed and this one does not, where a tool installs', async () => {
    expect(await warningsOf({ tools: ['uv', 'twine'] }, EARLIER)).toEqual([LOST]);
    expect(await warningsOf({ tools: ['twine'] }, EARLIER)).toEqual([]);
    expect(await warningsOf({ tools: ['uv'] }, EARLIER, { isNew: true })).toEqual([]);
    expect(await warningsOf({ tools: ['uv'] }, {})).toEqual([]);
  });

  test('tell of uv beside pip, in the workspace too, unless the project names the indexes', async () => {
    const files = { '/opt/bin/uv': '', '/w/bin/uv': '' };
    expect(await warningsOf({ tools: ['pip'] }, files)).toEqual([besideUv('/opt/bin/uv')]);
    expect(await warningsOf({ tools: ['pip'] }, files, { PATH: '/w/bin' })).toEqual([besideUv('/w/bin/uv')]);
    expect(await warningsOf({ tools: ['pip'], mainIndex: { kind: 'project' } }, files)).toEqual([]);
  });

  test('come in this order', async () => {
    const files = { ...EARLIER, '/opt/bin/uv': '' };
    expect(await warningsOf({ tools: ['pip'] }, files)).toEqual([LOST, besideUv('/opt/bin/uv')]);
  });
});

test('what another use of the job has set up beside this one is told where a tool installs', () => {
  const temp = freshFolder();
  const folderOf = (digit: string) => join(temp, `codeartifact-keyring-${digit.repeat(32)}`);
  const look = (tools: Tool[], environment?: Environment) =>
    lookBeside(inputs({ tools }), target(environment, { folder: { path: folderOf('0'), isNew: true } }));
  place(join(folderOf('1'), LIST), LIST_OF_LABS);
  mkdirSync(folderOf('2'));
  expect(look(['pip', 'twine'])).toEqual([
    expect.stringMatching(/^Another step of this job has set up labs with this action/),
  ]);
  expect(look(['pip'], { NETRC: join(folderOf('1'), 'netrc') })).toEqual([]);
  expect(look(['twine'])).toEqual([]);
});

describe('rehearse', () => {
  test('nothing stands in the way', async () => {
    await rehearse(inputs({ tools: ['pip', 'twine', 'pdm'] }), target({}, { pypirc: join(freshFolder(), '.pypirc') }));
  });

  test('tells what stands in the way of each tool', async () => {
    const pypirc = join(freshFolder(), '.pypirc');
    writeFileSync(pypirc, '[team]\nrepository = https://pypi.example.com/\n');
    const dotted = sampleRepository({ alias: 'a.b', name: 'other' });
    const given = inputs({ repositories: [TEAM, dotted], tools: ['pip', 'twine', 'pdm'] });
    expect(await problemsOfAsync(() => rehearse(given, target({}, { pypirc })))).toEqual([
      expect.stringMatching(/^Input repositories: pdm cannot use a name with a dot \("a\.b"\)/),
      expect.stringMatching(/^Input repositories: the name "team" is already a section of your/),
    ]);
  });

  test('tells what two identities on one host cannot have, where they are known', async () => {
    const given = inputs({ tools: ['uv'], mainIndex: { kind: 'project' } });
    const prepared = await openClients(given, target());
    const identities = [authorize(TEAM, 'token-team'), authorize(SHARED, 'token-shared')];
    expect(problemsOf(() => rehearseWith(prepared, identities, target()))).toEqual([
      expect.stringMatching(/^Input index-url is "project", .* shared would need another one/),
    ]);
    rehearseWith(prepared, AUTHORIZED, target());
  });

  test('takes an identity that is not known for that of the default chain', async () => {
    const planned: Parameters<typeof rehearseWith>[1] = [
      { repository: TEAM },
      { repository: SHARED, identity: { kind: 'source', source: { kind: 'default-chain' } } },
    ];
    const prepared = await openClients(inputs({ tools: ['env'] }), target());
    expect(rehearseWith(prepared, planned, target()).notes).toEqual([]);
  });

  test('leaves .pypirc alone where no tool needs it', async () => {
    const nowhere = join(freshFolder(), 'none', '.pypirc');
    await rehearse(inputs({ tools: ['uv'] }), target({}, { pypirc: undefined }));
    expect(
      await problemsOfAsync(() => rehearse(inputs({ tools: ['twine'] }), target({}, { pypirc: nowhere }))),
    ).toHaveLength(1);
  });
});

describe('planClients', () => {
  const planned = [TEAM, SHARED].map((repository) => ({ repository, identity: profileIdentity('acme') }));
  const variables = (plan: Awaited<ReturnType<typeof planClients>>[number] | undefined) =>
    plan?.variables.map(({ name }) => name);

  test('says for each tool what it would get, in their order', async () => {
    const plans = await planClients(inputs({ tools: ['twine', 'pip'], publishTo: SHARED }), planned, target());
    expect(plans.map(({ tool }) => tool)).toEqual(['twine', 'pip']);
    const [twine, pip] = plans;
    expect(twine).toMatchObject({ files: [], indexServers: [{ name: 'team' }, { name: 'shared' }] });
    expect(variables(twine)).toEqual(['TWINE_REPOSITORY', 'TWINE_NON_INTERACTIVE']);
    expect(pip?.files.map(({ path }) => path.split('/').at(-1))).toEqual(['netrc', 'pip.conf']);
    expect(pip?.files[0]?.text).toBe(`machine ${TEAM.host}\n  login aws\n  password ***\n`);
    expect(pip?.files[1]?.text).toContain(`index-url=${TEAM.indexUrl}\n`);
    expect(variables(pip)).toEqual([
      ...['NETRC', 'PIP_CONFIG_FILE', 'PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_NO_INPUT'],
    ]);
  });

  test("has nothing of the user's files", async () => {
    const files = { '/home/user/.netrc': 'machine other.example login me password passw0rd\n' };
    const [pip] = await planClients(inputs({ tools: ['pip'] }), planned, target({}, { disk: sampleDisk(files) }));
    expect(pip?.files.map(({ carriesOver }) => carriesOver)).toEqual([true, false]);
    expect(JSON.stringify(pip)).not.toMatch(/passw0rd|other\.example/);
  });

  test('tells the tokens of two identities apart, and shows neither', async () => {
    const two = [planned[0], { repository: SHARED, identity: profileIdentity('labs') }].flatMap((one) => one ?? []);
    const given = inputs({ tools: ['uv'], publishTo: TEAM });
    const [uv] = await planClients(given, two, target());
    expect(variables(uv)).toContain('UV_INDEX_SHARED_*_PASSWORD');
    expect(JSON.stringify(uv)).not.toMatch(/nonenone/);
    const [pip] = await planClients(inputs({ tools: ['pip'] }), two, target());
    expect(pip?.files[1]?.text).toContain(`https://aws:***@${SHARED.host}`);
    const changes = rehearseWith(await openClients(inputs({ tools: ['env'] }), target()), two, target());
    expect(changes.notes).toEqual([
      expect.stringMatching(/^env: CODEARTIFACT_AUTH_TOKEN has the token of team, which does not open shared/),
    ]);
  });
});
