import { expect, test } from '@jest/globals';
import { setManagedStage, TWO_IDENTITIES } from '../support/managed-project.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';
import { testUnless } from '../support/test-unless.ts';

/** Renovate and what it needs have 330 MB, so the tests do not install it. */
const PROGRAM = process.env['RENOVATE_PROGRAM'] ?? '';
const NO_RENOVATE =
  PROGRAM === ''
    ? 'RENOVATE_PROGRAM is not set; it names dist/renovate.js of the npm package renovate, where you have installed it.'
    : undefined;

/** Asks each index that a host rule opens for one of its packages, as Renovate does. */
const ASK = [
  'import json, os, requests',
  'for rule in json.loads(os.environ["RENOVATE_HOST_RULES"]):',
  '    url = rule["matchHost"] + "simple/acme-tool/"',
  '    print(requests.get(url, auth=(rule["username"], rule["password"]), timeout=30).status_code)',
].join('\n');

await describeWithPython(
  'renovate',
  (clients) => {
    const stage = sharedStage(() => setManagedStage(clients, { everythingIn: 'team' }));

    test('each host rule opens its repository, also with two identities on one host', async () => {
      const repositories = `${stage.urls.team}\n${stage.urls.shared}`;
      await using project = await stage.startProject({ ...TWO_IDENTITIES, repositories, tools: 'renovate' });
      const asked = await project.run([clients.python, '-c', ASK]);
      expect(asked.succeeded).toBe(true);
      expect(asked.log).toMatch(/^200\n404$/m);
      const [post] = await project.job.finish();
      expect(post?.exported).toEqual({ RENOVATE_HOST_RULES: '' });
    });

    testUnless(NO_RENOVATE)('Renovate itself finds a newer version', async () => {
      await using project = await stage.startProject({ repositories: stage.urls.team, tools: 'renovate' });
      project.write(
        'requirements.txt',
        `--index-url ${stage.urls.team}simple/
acme-tool==0.9.0
`,
      );
      // Renovate looks at the files that git knows.
      for (const words of [
        ['init', '--quiet'],
        ['add', '.'],
      ])
        await project.run(['git', ...words]);
      const found = await project.run([process.execPath, PROGRAM, '--platform=local'], {
        LOG_LEVEL: 'debug',
        RENOVATE_X_IGNORE_RE2: 'true',
      });
      expect(found.log).toContain('"newVersion": "1.0.0"');
      expect(found).toMatchObject({ succeeded: true, leaks: [] });
    });
  },
  'managers',
);
