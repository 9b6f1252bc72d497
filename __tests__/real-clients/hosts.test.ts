/** docs/network.md lists the hosts that a job asks; whole jobs, with real clients, ask those and no others. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { fullAccess } from '../../sandbox/aws/world.ts';
import { type ManagedStage, setManagedStage } from '../support/managed-project.ts';
import { describeWithPython, pathOf } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';
import { ACTION } from '../support/stage.ts';
import { addWheel } from '../support/uploads.ts';

const PAGE = readFileSync(join(ACTION, 'docs/network.md'), 'utf8');
const ROLE = 'arn:aws:iam::111122223333:role/ci';
const LABS_ROLE = 'arn:aws:iam::444455556666:role/ci';

const OIDC = '*.actions.githubusercontent.com';
const STS = 'sts.REGION.amazonaws.com';
const API = 'codeartifact.REGION.amazonaws.com';
const DUAL_STACK_API = 'codeartifact.REGION.api.aws';
const REPOSITORY = 'DOMAIN-ACCOUNT.d.codeartifact.REGION.amazonaws.com';
const DUAL_STACK = 'DOMAIN-ACCOUNT.codeartifact.REGION.on.aws';
const VPC_ENDPOINT = 'VPCE.d.codeartifact.REGION.vpce.amazonaws.com';

const VPC_HOST = 'vpce-0a1b2c3d-4e5f.d.codeartifact.us-east-1.vpce.amazonaws.com';
const ON_AWS = 'https://acme-111122223333.codeartifact.us-east-1.on.aws/pypi';

/** A job, and the hosts that it asks, as the page writes them. */
interface Case {
  readonly inputs: Readonly<Record<string, string>>;
  readonly machine?: Readonly<Record<string, string>>;
  readonly keyringrc?: string;
  readonly hosts: readonly string[];
}

const CASES: Readonly<Record<string, (urls: ManagedStage['urls']) => Case>> = {
  'a profile': ({ team, shared }) => ({
    inputs: { repositories: `${team}\n${shared}`, 'profile-name': 'acme' },
    hosts: [API, REPOSITORY],
  }),
  "a role, by GitHub's OIDC token": ({ team, shared }) => ({
    inputs: { repositories: `${team}\n${shared}`, 'role-to-assume': ROLE },
    hosts: [API, STS, OIDC, REPOSITORY],
  }),
  'roles in two accounts and regions, with AWS_REGION': ({ team, shared, research }) => ({
    inputs: { repositories: [team, shared, research].join('\n') },
    machine: { AWS_REGION: 'eu-west-1' },
    keyringrc:
      `[codeartifact account="111122223333"]\nrole_arn=${ROLE}\n` +
      `[codeartifact account="444455556666"]\nrole_arn=${LABS_ROLE}\n`,
    hosts: [API, STS, OIDC, REPOSITORY],
  }),
  'dual-stack URLs': () => ({
    inputs: { repositories: `${ON_AWS}/team/\n${ON_AWS}/shared/`, 'profile-name': 'acme' },
    hosts: [DUAL_STACK_API, DUAL_STACK],
  }),
  'a VPC endpoint': () => ({
    inputs: {
      repositories: ['team', 'shared']
        .map((name) => `https://${VPC_HOST}/pypi/d/acme-111122223333/${name}/`)
        .join('\n'),
      'profile-name': 'acme',
    },
    hosts: [API, VPC_ENDPOINT],
  }),
};

/** The first cells of the tables under "Every host" that are tried here: the first two. */
function hostsOfPage(): string[] {
  const [section = ''] = PAGE.split('More hosts come with these settings');
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, host = '']) => host);
}

function patternOf(host: string): RegExp {
  const pattern = host
    .replaceAll('.', '\\.')
    .replace('*', '[\\w-]+')
    .replace('REGION', '[a-z]{2}-[a-z]+-\\d')
    .replace('DOMAIN-ACCOUNT', '[a-z-]+-\\d{12}')
    .replace('VPCE', 'vpce-[\\w-]+');
  return new RegExp(`^${pattern}$`);
}

await describeWithPython('the hosts of docs/network.md', (clients) => {
  const stage = sharedStage(async () => {
    const managed = await setManagedStage(clients);
    const trust = [{ subject: 'repo:acme/widgets:*', audience: 'sts.amazonaws.com' }];
    managed.standIn.world.roles.push(
      { arn: ROLE, trust, allow: fullAccess(managed.acme) },
      { arn: LABS_ROLE, trust, allow: fullAccess(managed.labs) },
    );
    return managed;
  });

  /** The hosts that a job asks which installs and uploads. */
  async function hostsOf({ inputs, machine, keyringrc }: Case): Promise<string[]> {
    const { requestUrl, requestToken } = stage.standIn.oidc;
    const before = stage.standIn.connects.length;
    await using job = await stage.startJob({
      ...(inputs['profile-name'] === undefined && { idToken: { url: requestUrl, token: requestToken } }),
      repository: 'acme/widgets',
      machine: {
        PATH: pathOf(clients),
        PIP_NO_CACHE_DIR: '1',
        AWS_EC2_METADATA_DISABLED: 'true',
        ...machine,
      },
    });
    if (keyringrc !== undefined) job.workspaceFile('keyringrc.cfg', keyringrc);
    const step = await job.action({ 'publish-to': 'team', ...inputs });
    expect(step.annotations.filter(({ level }) => level === 'error')).toEqual([]);
    const install = await job.run(['pip', 'download', '--no-deps', '--dest', job.folder, 'acme-tool']);
    const upload = await job.run(['twine', 'upload', ...(await addWheel(job.workspace, `1.0.${before}`))]);
    expect({ log: install.log, outcome: install.outcome }).toMatchObject({ outcome: 'success' });
    expect({ log: upload.log, outcome: upload.outcome }).toMatchObject({ outcome: 'success' });
    await job.finish();
    const targets = stage.standIn.connects.slice(before).map(({ target }) => target);
    expect(targets.filter((target) => !target.endsWith(':443'))).toEqual([]);
    return [...new Set(targets.map((target) => target.replace(/:443$/, '')))];
  }

  test.each(Object.entries(CASES))('%s', async (_, makeCase) => {
    const made = makeCase(stage.urls);
    const hosts = await hostsOf(made);
    const rows = hosts.map((host) => hostsOfPage().filter((row) => patternOf(row).test(host)));
    expect({ hosts, rows: rows.map((each) => each.length) }).toEqual({ hosts, rows: hosts.map(() => 1) });
    expect([...new Set(rows.flat())].toSorted()).toEqual(made.hosts.toSorted());
  });

  test('each row is that of a case', () => {
    const urls = { team: '', shared: '', research: '' };
    const tried = Object.values(CASES).flatMap((makeCase) => makeCase(urls).hosts);
    expect(hostsOfPage().toSorted()).toEqual([...new Set(tried)].toSorted());
  });

  test('the lists to copy are the hosts of such a job, each of them', async () => {
    const [, harden = ''] = /```yaml\n(.*?)```/s.exec(PAGE) ?? [];
    const [, proxy = ''] = /```text\n(.*?)```/s.exec(PAGE) ?? [];
    const endpoints: string[] = parse(harden)[0].with['allowed-endpoints'].trim().split(' ');
    const subdomains = proxy.trim().split('\n');
    expect(subdomains.map((host) => `${host.startsWith('.') ? '*' : ''}${host}:443`)).toEqual(endpoints);

    const hosts = await hostsOf({ inputs: { repositories: stage.urls.team, 'role-to-assume': ROLE }, hosts: [] });
    const entryOf = (host: string) => endpoints.find((entry) => patternOf(entry.replace(/:443$/, '')).test(host));
    expect(hosts.map(entryOf).toSorted()).toEqual(endpoints.toSorted());
  });
});
