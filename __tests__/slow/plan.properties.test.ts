/** What a plan says is what a run with the same file, list and inputs then does. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fullAccess, newUser } from '../../sandbox/aws/world.ts';
import type { StepResult } from '../../sandbox/runner/runner.ts';
import type { ClientPlan } from '../../src/clients/client-plan.ts';
import { LIST } from '../../src/clients/earlier-use.ts';
import { TOOLS } from '../../src/clients/table.ts';
import { PLAIN, readConfig } from '../../src/configparser/configparser.ts';
import { type Stage, type StagedJob, setStage, writeProfiles } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({}, ({ identities, domains: [acme, labs] }) => {
    if (!acme || !labs) throw new Error('The stage has two domains.');
    labs.sharedWith = [acme.owner];
    // One that may do everything, so that a run fails for nothing but what a plan can know.
    identities.unshift(newUser(`arn:aws:iam::${acme.owner}:user/both`, [...fullAccess(acme), ...fullAccess(labs)]));
  });
});
afterAll(() => stage.standIn.close());

const one = (...texts: string[]) => fc.constantFrom(...texts);
const qualifiers = fc.subarray([
  ...['domain="acme"', 'account="111122223333"', 'region="us-east-1"', 'name="team"', 'name="research"'],
  ...['account="444455556666"', 'domain="acme-labs"'],
]);
const options = fc.subarray(['profile_name = acme', 'token_duration = 900', 'verify = true', 'token_duration = 90']);
const section = fc
  .tuple(qualifiers, options, one('codeartifact', 'codeartifact', 'codeartifact', 'Codeartifact'))
  .map(([named, said, word]) => `[${[word, ...named].join(' ')}]\n${said.join('\n')}\n`);
const files = fc.array(section, { maxLength: 5 }).map((sections) => sections.join(''));
const cases = fc.record({
  file: files,
  repositories: fc.subarray(['team', 'shared', 'research'] as const, { minLength: 1 }),
  tools: fc.subarray([...TOOLS], { minLength: 1 }),
  matching: one('strict', 'strict', 'keyring'),
  inputs: fc.record({
    'index-url': one('', '', 'client-default', 'project', 'https://index.example/simple/'),
    'publish-to': one('', '', 'team'),
    credentials: one('netrc', 'netrc', 'url'),
    'profile-name': one('', '', 'labs'),
  }),
});

/** A run in the form of a plan: what differs from run to run is hidden. */
async function read(step: StepResult, job: StagedJob) {
  const { repositories = '[]', 'index-url': index, 'repository-url': publish, ...outputs } = step.outputs;
  const folder = dirname(outputs['pip-config-file'] || outputs['netrc-file'] || ours(job));
  const run = basename(folder).replace('codeartifact-keyring-', '');
  const hide = (text: string) =>
    text
      .replace(/eyJ[\w.=-]+/g, '***')
      .replaceAll(folder, '$RUNNER_TEMP/codeartifact-keyring-*')
      .replaceAll(run, '*')
      .replaceAll(run.toUpperCase(), '*');
  const pypirc = join(job.home, '.pypirc');
  const sections = existsSync(pypirc) ? readConfig(readFileSync(pypirc, 'utf8'), PLAIN).blocks : [];
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name !== LIST) : [];
  return {
    repositories: JSON.parse(repositories).map(({ expiration: _, ...rest }: { expiration?: string }) => rest),
    addresses: [index, publish],
    variables: Object.fromEntries(
      Object.entries(step.exported).map(([name, value]) => [hide(name), value.includes('eyJ') ? '***' : hide(value)]),
    ),
    files: Object.fromEntries(names.map((name) => [name, hide(readFileSync(join(folder, name), 'utf8'))])),
    servers: sections
      .map(({ section: name }) => name)
      .filter((name) => name !== 'distutils')
      .toSorted(),
  };
}

/** A file of the private folder, where no output names one. */
function ours(job: StagedJob): string {
  const folder = readdirSync(job.temp).find((name) => name.startsWith('codeartifact-keyring-')) ?? 'none';
  return join(job.temp, folder, 'any');
}

function asRead(step: StepResult) {
  const { repositories = '[]', 'index-url': index, 'repository-url': publish, plan = '[]' } = step.outputs;
  const clients = JSON.parse(plan) as ClientPlan[];
  return {
    repositories: JSON.parse(repositories),
    addresses: [index, publish],
    variables: Object.fromEntries(
      clients.flatMap(({ variables }) => variables.map(({ name, value }) => [name, value])),
    ),
    files: Object.fromEntries(clients.flatMap((one) => one.files.map(({ path, text }) => [basename(path), text]))),
    servers: [...new Set(clients.flatMap((one) => one.indexServers.map(({ name }) => name)))].toSorted(),
  };
}

test('with the same file and list, a plan and a run are equal', async () => {
  const outcomes: string[] = [];
  await fc.assert(
    fc.asyncProperty(cases, async ({ file, repositories, tools, matching, inputs }) => {
      const [both = stage.acmeUser] = stage.standIn.world.identities;
      await using job = await stage.startJob({ env: { AWS_PROFILE: 'acme' } });
      job.homeFile('.aws/credentials', writeProfiles({ acme: both, labs: both }));
      job.workspaceFile('keyringrc.cfg', file);
      const given = {
        repositories: repositories.map((name) => stage.urls[name]).join('\n'),
        tools: tools.join(' '),
        'section-matching': matching,
        ...inputs,
      };
      const plan = await job.action({ ...given, plan: 'true' });
      const run = await job.action(given);
      outcomes.push(run.outcome);
      expect([plan.outcome, plan.annotations]).toEqual([run.outcome, run.annotations]);
      if (run.outcome === 'success') expect(asRead(plan)).toEqual(await read(run, job));
      await job.finish();
    }),
    { numRuns: 25, endOnFailure: true },
  );
  // Neither kind of case is a rare one.
  for (const outcome of ['success', 'failure']) {
    expect(outcomes.filter((it) => it === outcome).length).toBeGreaterThan(2);
  }
});
