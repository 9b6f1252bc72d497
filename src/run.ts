/** The main step, as a table of contents: every line is a stage, and its file says the rest. */
import { mayHaveCredentials } from './access/forks.ts';
import { planTokenRequests } from './access/token-request.ts';
import { fetchTokens } from './access/tokens.ts';
import { apply } from './apply/apply.ts';
import { choosePrivateFolder } from './apply/private-folder.ts';
import { pypircPath } from './apply/pypirc-file.ts';
import { rememberVariables } from './apply/variables.ts';
import { goAhead } from './aws/head-start.ts';
import { loadSdk } from './aws/load-sdk.ts';
import { checkNetwork } from './aws/network.ts';
import { toolsWith } from './clients/table.ts';
import { isForkPullRequest } from './github/fork-event.ts';
import { failure, unexpected } from './github/log.ts';
import { forgetCleanUp, saveCleanUp } from './github/state.ts';
import { readFileInputs, readInputs } from './inputs.ts';
import { loadKeyringrc } from './keyringrc/keyringrc-file.ts';
import { DISK } from './machine/disk.ts';
import { type Machine, readMachine } from './machine/machine.ts';
import { all, Problems } from './messages/problems.ts';
import { openClients, type Planned, rehearse } from './prepare.ts';
import { report, reportRequests, reportSkipped, say, setOutputs } from './report.ts';

/**
 * Configures the clients; or fails the step with everything that has to be changed, and leaves the machine as it was.
 */
export async function run(): Promise<void> {
  try {
    await configure(readMachine());
  } catch (error) {
    if (error instanceof Problems) failure(error.list);
    else unexpected(error);
  }
}

async function configure(machine: Machine): Promise<void> {
  const [inputs, file, folder, network] = all(
    () => readInputs(),
    () => loadKeyringrc(readFileInputs(), machine),
    () => choosePrivateFolder(machine),
    () => checkNetwork(machine),
  );
  const pypirc = toolsWith('index-servers', inputs.tools).length > 0 ? pypircPath(machine) : undefined;
  const target = { machine, folder, pypirc };
  const prepare = await openClients(inputs, target);
  let planned: readonly Planned[] = inputs.repositories.map((repository) => ({ repository }));
  const [requests] = all(
    () => {
      const plan = planTokenRequests(inputs, file, machine, DISK);
      planned = plan.requests;
      return plan;
    },
    () => rehearse(prepare, planned, target),
  );
  say([network, file, requests, inputs]);
  reportRequests(requests.requests, file, machine);
  if (inputs.forks === 'skip' && isForkPullRequest(machine) && !mayHaveCredentials(requests.requests, machine, DISK)) {
    reportSkipped(machine);
    return;
  }

  const start = await goAhead(requests.requests, machine);
  const { openCodeArtifact, openCredentialFiles } = await loadSdk(requests.requests);
  await openCredentialFiles(requests.requests, machine);
  const granted = await fetchTokens(requests.requests, openCodeArtifact(machine, start));

  const changes = prepare(granted);
  const state = {
    folder: folder.path,
    pypirc,
    variables: rememberVariables(changes.variables, machine.environment),
  };
  const outcome = { granted, changes, inputs, folder: folder.path, pypirc, machine };
  saveCleanUp(state, machine.environment);
  await apply(changes, state, folder, machine, [
    async () => {
      if (!inputs.preflight) return;
      const { preflight } = await import('./apply/preflight.ts');
      await preflight(changes, { machine, folder: folder.path, hosts: inputs.repositories.map(({ host }) => host) });
    },
    () => setOutputs(outcome),
    () => (inputs.cleanUp ? undefined : forgetCleanUp(machine.environment)),
  ]);
  report(outcome);
}
