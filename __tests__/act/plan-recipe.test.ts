/** The recipe of the front page for a plan on pull requests, as it stands there, under a workflow engine. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { makeMachine, runAct } from '../../sandbox/act/act.ts';
import { sampleWorld } from '../../sandbox/aws/sample-world.ts';
import { startStandIn } from '../../sandbox/aws/stand-in.ts';
import { asWorkflow, findExamples } from '../../scripts/lint/examples.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { describeWithPython } from '../support/python-clients.ts';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const [recipe] = findExamples('README.md', readFileSync(README, 'utf8')).filter(({ text }) =>
  text.includes('plan: true'),
);
const section = (account: string) =>
  `[codeartifact account="${account}"]\nrole_arn = arn:aws:iam::${account}:role/ci\n`;

await describeWithPython(
  'the plan of a pull request under act',
  ({ bin, program }) => {
    async function run(text: string) {
      const folder = freshFolder();
      const project = join(folder, 'project');
      mkdirSync(project);
      writeFileSync(join(project, 'keyringrc.cfg'), text);
      const { world } = await sampleWorld();
      await using standIn = await startStandIn(world);
      const machine = await makeMachine(folder, project, bin);
      const content = parse(asWorkflow(recipe ?? { file: '', line: 0, text: '' }).text);
      content.jobs.plan['runs-on'] = 'self-hosted';
      const file = join(folder, 'recipe.yml');
      writeFileSync(file, stringify(content));
      const payload = { repository: { id: 1 }, pull_request: { head: { repo: { id: 2 } } } };
      const event = { name: 'pull_request', payload };
      const outcome = await runAct(program('act'), machine, { file, event, env: standIn.clientEnvironment() });
      expect(standIn.calls).toEqual([]);
      return outcome;
    }

    test('succeeds where every repository has an identity, without credentials and without a call', async () => {
      const { status, shown } = await run(section('111122223333') + section('444455556666'));
      expect({ status, shown: status === 0 ? '' : shown }).toEqual({ status: 0, shown: '' });
      expect(shown).toContain('This is a plan: nothing is called, written or set (plan: true).');
    });

    test('fails where one has none', async () => {
      const { status, shown } = await run(section('111122223333'));
      expect(status).not.toBe(0);
      expect(shown).toContain('keyringrc.cfg gives research no identity');
      expect(shown).not.toContain('gives team no identity');
    });
  },
  'act',
);
