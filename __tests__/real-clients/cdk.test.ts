/** The recipe of docs/docker.md for AWS CDK, followed up to CDK itself, which is not here. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeContainerRecipes } from '../support/container-recipes.ts';
import { readSection, readSteps } from '../support/recipes.ts';

const steps = readSteps(readSection('docs/docker.md', '## AWS CDK')['yaml']?.[0]);

/** What CDK does with the bundling options: it mounts the path as it is written, and sets the variables. */
const NPX =
  '#!/bin/sh -e\n' +
  'docker create --name cdk --env PIP_INDEX_URL="$INDEX_URL" --env NETRC=/netrc ' +
  '--volume "$RUNNER_TEMP/netrc:/netrc" image pip install acme-backend\n' +
  'docker start --attach cdk\n';

await describeContainerRecipes('AWS CDK', ({ describeBuilds, startBuild }) => {
  describeBuilds('its container', () => {
    test('pip takes the token by a link at a constant path', async () => {
      await using job = await startBuild();
      writeFileSync(join(job.engine.bin, 'npx'), NPX, { mode: 0o755 });
      const built = await job.follow(steps);
      expect(built).toMatchObject({ last: { outcome: 'success' }, leaks: [] });
      expect(built.log).toContain('Successfully installed acme-backend-1.0.0');
    });
  });
});
