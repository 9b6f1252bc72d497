/** The main step, as a table of contents: every line is a stage, and its file says the rest. */
import { mayHaveCredentials } from './access/forks.ts';
import { planTokenRequests } from './access/token-request.ts';
import { fetchTokens } from './access/tokens.ts';
import { apply } from './apply/apply.ts';
import { removeDeadSections } from './apply/dead-sections.ts';
import { choosePrivateFolder } from './apply/private-place.ts';
import { pypircPath } from './apply/pypirc-file.ts';
import { rememberVariables } from './apply/variables.ts';
import { goAhead } from './aws/head-start.ts';
import { loadSdk } from './aws/load-sdk.ts';
import { checkNetwork } from './aws/network.ts';
import { toolsWith } from './clients/declared.ts';
import { isForkPullRequest } from './github/fork-event.ts';
import { failure, unexpected } from './github/log.ts';
import { forgetCleanUp, saveCleanUp } from './github/state.ts';
import { readFileInputs, readInputs } from './inputs.ts';
import { loadKeyringrc } from './keyringrc/keyringrc-file.ts';
import { DISK } from './machine/disk.ts';
import { checkHome, type Machine, readMachine } from './machine/machine.ts';
import { all, Problems } from './messages/problems.ts';
import { withoutRepeats } from './messages/repeated-advice.ts';
import { setOutputs } from './outputs.ts';
import { lookBeside, openClients, type Planned, planClients, rehearse } from './prepare.ts';
import { report, reportPlan, reportRequests, say } from './report.ts';

/**
 * Configures the clients; or fails the step with everything that has to be changed, and leaves the machine as it was.
 */
export async function run(): Promise<void> {
  try {
    await configure(readMachine());
  } catch (error) {
    if (error instanceof Problems) failure(withoutRepeats(error.list, (earlier) => `; do as in ${earlier}.`));
    else unexpected(error);
  }
}

async function configure(machine: Machine): Promise<void> {
  const [inputs, file, folder, network] = all(
    () => readInputs(),
    () => loadKeyringrc(readFileInputs(), machine),
    () => choosePrivateFolder(machine),
    () => checkNetwork(machine),
    () => checkHome(machine),
  );
  say([network, file, inputs]);
  const pypirc = toolsWith('index-servers', inputs.tools).length > 0 ? pypircPath(machine) : undefined;
  const target = { machine, folder, pypirc };
  const prepare = await openClients(inputs, target);
  // Where the plan fails, the clients' changes are tried all the same, for any identity.
  let planned: readonly Planned[] = inputs.repositories.map((repository) => ({ repository }));
  const [requests, rehearsed] = all(
    () => {
      const plan = planTokenRequests(inputs, file, machine, DISK);
      planned = plan.requests;
      return plan;
    },
    () => rehearse(prepare, planned, target),
  );
  say([requests]);
  reportRequests(requests.requests, file, machine);
  const isSkipped =
    inputs.forks === 'skip' && isForkPullRequest(machine) && !mayHaveCredentials(requests.requests, machine, DISK);
  if (inputs.plan || isSkipped) {
    const clients = await planClients(inputs, planned, target);
    reportPlan({ requests: requests.requests, changes: rehearsed, clients, inputs, machine });
    return;
  }

  const start = await goAhead(requests.requests, machine);
  const { openCodeArtifact, openCredentialFiles } = await loadSdk(requests.requests);
  await openCredentialFiles(requests.requests, machine);
  const { fetchToken, ask, remarks } = openCodeArtifact(machine, start);
  const granted = await fetchTokens(requests.requests, fetchToken).finally(() => say([remarks()]));

  const changes = prepare(granted);
  const state = {
    folder: folder.path,
    pypirc,
    variables: rememberVariables(changes.variables, machine.environment),
  };
  const outcome = { granted, changes, inputs, folder: folder.path, pypirc, machine };
  saveCleanUp(state, machine);
  await apply(changes, state, folder, machine, [
    async () => {
      if (!inputs.preflight) return;
      const [{ preflight }, { checkRepositories }] = await Promise.all([
        import('./apply/preflight.ts'),
        import('./aws/check-repositories.ts'),
      ]);
      const hosts = inputs.repositories.map(({ host }) => host);
      await preflight(changes, { machine, folder: folder.path, hosts, askAws: () => checkRepositories(granted, ask) });
    },
    () => setOutputs(outcome),
    () => (inputs.cleanUp ? undefined : forgetCleanUp(machine.environment)),
  ]);
  report(outcome, lookBeside(inputs, target));
  // An edit of ~/.pypirc has done it by the way.
  if (pypirc === undefined) say([await removeDeadSections(machine)]);
}
