/** Runs a build as usual steps do, against the stand-in for AWS. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createJourneys } from '../../bench/journeys.ts';
import { post } from '../../bench/post.ts';
import { action } from '../../bench/programs.ts';
import { startStandIn } from '../../sandbox/aws/stand-in.ts';

/**
 * Runs main, or post after it, once for each way to credentials that the benchmark knows.
 * @param dist the folder of the build
 * @param variables beside those of the steps
 * @throws where a step fails
 */
export async function runUsualSteps(
  dist: string,
  entry: 'main' | 'post',
  variables: Record<string, string>,
): Promise<void> {
  const program = { main: action, post }[entry];
  const { journeys, world } = createJourneys();
  await using standIn = await startStandIn(world);
  const folder = mkdtempSync(join(tmpdir(), 'steps-'));
  try {
    for (const { key, targets, use, variablesOf } of journeys) {
      const url = `https://localhost:${standIn.securePort}`;
      const network = variablesOf({ codeartifact: url, sts: url, github: url }, standIn.oidc.requestToken);
      const own = { ...network, NODE_EXTRA_CA_CERTS: standIn.caFile };
      const [step] = await program(dist, targets, own, use).prepare(mkdtempSync(join(folder, key)));
      if (step) await promisify(execFile)(step.file, step.args, { env: { ...step.env, ...variables } });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
