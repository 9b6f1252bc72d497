import { expect, test } from '@jest/globals';
import { USER_FOLDERS } from '../support/client-folders.ts';
import { describeWithPython, pathOf } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';
import { setStage } from '../support/stage.ts';

/** One file for a developer's machine and for CI: a profile there, and roles that only this action knows. */
const SHARED = [
  '[codeartifact]',
  'token_duration = 1800',
  '[codeartifact account="111122223333"]',
  'profile_name = acme',
  'role_arn = arn:aws:iam::111122223333:role/reader',
  'role_session_name = nightly',
  'external_id = agreed',
  'role_chaining = true',
  '',
].join('\n');

/** The same for CI with GitHub's OIDC token: its machines do not have the profile. */
const FOR_OIDC = [
  '[codeartifact account="111122223333"]',
  'profile_name = acme',
  'role_arn = arn:aws:iam::111122223333:role/ci',
  '',
].join('\n');

await describeWithPython('a keyringrc.cfg with role options', (clients) => {
  const stage = sharedStage(() =>
    setStage({}, (world) => {
      const [acmeUser] = world.identities;
      acmeUser?.allow.push({ action: 'sts:AssumeRole', resource: '*' });
      world.roles.push({
        arn: 'arn:aws:iam::111122223333:role/reader',
        trust: [{ principal: 'arn:aws:iam::111122223333:*', externalId: 'agreed' }],
        allow: acmeUser?.allow ?? [],
      });
      world.roles.push({
        arn: 'arn:aws:iam::111122223333:role/ci',
        trust: [{ subject: 'repo:acme/widgets:*', audience: 'sts.amazonaws.com' }],
        allow: acmeUser?.allow ?? [],
      });
    }),
  );

  test('works with keyrings.codeartifact, by the profile, and with this action, by the role', async () => {
    await using job = await stage.startJob({ machine: { PATH: pathOf(clients) } });
    job.homeFile(`${USER_FOLDERS.keyring}/keyringrc.cfg`, SHARED);
    const before = stage.standIn.calls.length;
    const keyring = await job.run(['keyring', 'get', `${stage.urls.team}simple/`, 'aws']);
    expect(keyring.stdout.trim()).toMatch(/^eyJ/);
    const step = await job.action({ repositories: stage.urls.team });
    expect(step.outcome).toBe('success');
    expect(stage.standIn.calls.slice(before).map(({ operation, principal }) => [operation, principal])).toEqual([
      ['GetAuthorizationToken', stage.acmeUser.arn],
      ['AssumeRole', stage.acmeUser.arn],
      ['GetAuthorizationToken', 'arn:aws:sts::111122223333:assumed-role/reader/nightly'],
    ]);
  });

  test('works with keyrings.codeartifact by the profile, and in CI without that profile by OIDC', async () => {
    await using developer = await stage.startJob({ machine: { PATH: pathOf(clients) } });
    developer.homeFile(`${USER_FOLDERS.keyring}/keyringrc.cfg`, FOR_OIDC);
    const keyring = await developer.run(['keyring', 'get', `${stage.urls.team}simple/`, 'aws']);
    expect(keyring.stdout.trim()).toMatch(/^eyJ/);
    const { requestUrl, requestToken } = stage.standIn.oidc;
    await using job = await stage.startJob({
      idToken: { url: requestUrl, token: requestToken },
      repository: 'acme/widgets',
    });
    job.homeFile('.aws/credentials', '');
    job.workspaceFile('keyringrc.cfg', FOR_OIDC);
    const before = stage.standIn.calls.length;
    expect((await job.action({ repositories: stage.urls.team })).outcome).toBe('success');
    expect(stage.standIn.calls.slice(before).map(({ operation }) => operation)).toEqual([
      'GetIdToken',
      'AssumeRoleWithWebIdentity',
      'GetAuthorizationToken',
    ]);
  });
});
