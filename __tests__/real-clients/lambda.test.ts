/** AWS SAM without containers: `sam build` has aws-lambda-builders run pip, in the job's own environment. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { setManagedStage } from '../support/managed-project.ts';
import { describeWithPython } from '../support/python-clients.ts';
import { sharedStage } from '../support/shared-stage.ts';

/** What `sam build` asks for a function in Python: source, artifacts and scratch folder. */
const BUILD = `
import sys
from aws_lambda_builders.builder import LambdaBuilder
source, artifacts, scratch = sys.argv[1:]
runtime = "python%d.%d" % sys.version_info[:2]
LambdaBuilder("python", "pip", None).build(source, artifacts, scratch, source + "/requirements.txt", runtime=runtime)
`;

await describeWithPython(
  'aws-lambda-builders',
  (clients) => {
    const stage = sharedStage(() => setManagedStage(clients, { everythingIn: 'team' }));

    test('builds a function with private packages, and no token in it', async () => {
      await using project = await stage.startProject({ repositories: stage.urls.team });
      project.write('source/requirements.txt', 'acme-tool\n');
      for (const name of ['artifacts', 'scratch']) mkdirSync(join(project.folder, name));
      const folders = ['source', 'artifacts', 'scratch'].map((name) => join(project.folder, name));
      const run = await project.run(['python', '-c', BUILD, ...folders]);
      expect(run).toMatchObject({ succeeded: true, leaks: [] });
      expect(readdirSync(join(project.folder, 'artifacts'))).toEqual(
        expect.arrayContaining(['acme_tool-1.0.0.dist-info', 'acme_lib-1.0.0.dist-info']),
      );
      expect(JSON.stringify(project.connects())).not.toContain(stage.publicHost);
    });
  },
  'launchers',
);
