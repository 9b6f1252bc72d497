/** The main step, as a table of contents: every line is a stage, and its file says the rest. */
import { homedir } from 'node:os';
import { accessWarnings, planAccess } from './access/token-request.ts';
import { fetchTokens } from './access/tokens.ts';
import { apply } from './apply/apply.ts';
import { preflight } from './apply/preflight.ts';
import { choosePrivateFolder } from './apply/private-folder.ts';
import { pypircPath } from './apply/pypirc-file.ts';
import { openCodeArtifact } from './aws/codeartifact.ts';
import { checkSources } from './aws/credentials.ts';
import { checkProxy, networkWarnings } from './aws/network.ts';
import { mergingTools, needsPypirc } from './clients/index.ts';
import { indexWarnings } from './clients/indexes.ts';
import { failure, unexpected, warning } from './github/log.ts';
import { forgetCleanUp, rememberVariables, saveCleanUp } from './github/state.ts';
import { readFileInputs, readInputs } from './inputs.ts';
import { keyringrcWarnings, loadKeyringrc } from './keyringrc/keyringrc-file.ts';
import { readMachine } from './machine/machine.ts';
import { all, Problems } from './messages/problems.ts';
import { plan, rehearse } from './prepare.ts';
import { report, reportAccesses } from './report.ts';

/** Configures the clients; or fails the step with all that has to be changed, and leaves the machine as it was. */
export async function run(): Promise<void> {
  try {
    await configure(process.env, process.platform);
  } catch (error) {
    if (error instanceof Problems) failure(error.list);
    else unexpected(error);
  }
}

async function configure(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): Promise<void> {
  const home = homedir();
  const [inputs, file, folder] = all(
    () => readInputs(),
    () => loadKeyringrc(readFileInputs(), environment, home, platform),
    () => choosePrivateFolder(environment),
    () => checkProxy(environment),
    () => checkSources(environment),
  );
  for (const text of [...networkWarnings(environment), ...keyringrcWarnings(file, inputs.matching)]) warning(text);

  const pypirc = needsPypirc(inputs.tools) ? pypircPath(home) : undefined;
  const place = { machine: readMachine(environment, home, platform, folder.path), folder, pypirc };
  for (const path of place.machine.tooLarge) warning(`${path} is larger than 1 MiB, so it is left out for this job.`);
  const [accesses] = all(
    () => planAccess(inputs, file, environment),
    () => rehearse(inputs, place),
  );
  for (const text of accessWarnings(accesses, inputs.matching)) warning(text);
  for (const text of indexWarnings(inputs.mainIndex, inputs.repositories, mergingTools(inputs.tools))) warning(text);
  reportAccesses(accesses, file, environment);

  const granted = await fetchTokens(accesses, openCodeArtifact(environment));

  const changes = plan(granted, inputs, place);
  const state = { folder: folder.path, pypirc, variables: rememberVariables(changes.variables, environment) };
  saveCleanUp(state);
  await apply(changes, state, folder, environment, async () => {
    if (inputs.preflight) await preflight(changes, environment);
  });
  if (!inputs.cleanUp) forgetCleanUp();
  await report({ granted, changes, inputs, folder: folder.path, pypirc, environment });
}
