/** The first block of README.md, run as it stands, says in the log what README.md shows below it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { fullAccess } from '../../sandbox/aws/world.ts';
import { ACTION, setStage } from '../support/stage.ts';

const PAGE = readFileSync(join(ACTION, 'README.md'), 'utf8');
const block = (language: string) => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(PAGE)?.[1] ?? '';

/** Without what is different in every run: the times of tokens, and the places where a file was looked for. */
const alike = (lines: readonly string[]) =>
  lines.map((line) => line.replace(/\b\d\d:\d\d UTC/, 'TIME').replace(/\(\/[^)]*\)/, '(...)'));

test('the log of the first example is what README.md shows', async () => {
  const steps: { uses?: string; with?: Record<string, string> }[] = parse(block('yaml')).jobs.test.steps;
  const inputs = steps.find(({ uses }) => uses?.startsWith('codeartifact-keyring/'))?.with ?? {};
  await using stage = await setStage({}, ({ roles, domains: [acme] }) => {
    if (!acme) throw new Error('an empty world');
    const trust = [{ subject: 'repo:acme/widgets:*', audience: 'sts.amazonaws.com' }];
    roles.push({ arn: inputs['role-to-assume'] ?? '', trust, allow: fullAccess(acme) });
  });
  const { requestUrl, requestToken } = stage.standIn.oidc;
  await using job = await stage.startJob({
    idToken: { url: requestUrl, token: requestToken },
    repository: 'acme/widgets',
    machine: { AWS_EC2_METADATA_DISABLED: 'true' },
  });
  const step = await job.action(inputs);
  expect(step).toMatchObject({ outcome: 'success', annotations: [] });
  // Without the runner's own lines: what the step runs with, and the marks of groups, which GitHub draws as folds.
  const own = step.log.slice(step.log.indexOf('##[endgroup]') + 1);
  const shown = own.filter((line) => line !== '##[endgroup]').map((line) => line.replace(/^##\[group\]/, ''));
  expect(alike(shown)).toEqual(alike(block('text').trimEnd().split('\n')));
});
