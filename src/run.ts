/**
 * The main step up to where the hosts hear of it, as a table of contents: every line is a stage, and its file says the
 * rest. What comes then is loaded while they answer (configure.ts).
 */
import { mayHaveCredentials } from './access/forks.ts';
import { planTokenRequests } from './access/token-request.ts';
import { choosePrivateFolder } from './apply/private-place.ts';
import { greet, standStill } from './aws/head-start.ts';
import { checkNetwork } from './aws/network.ts';
import { isForkPullRequest } from './github/fork-event.ts';
import { failure, say, unexpected } from './github/log.ts';
import { readFileInputs, readInputs } from './inputs.ts';
import { loadKeyringrc } from './keyringrc/keyringrc-file.ts';
import { DISK } from './machine/disk.ts';
import { checkHome, type Machine, readMachine } from './machine/machine.ts';
import { secretDigits } from './machine/secret-digits.ts';
import { all, attempt, Problems } from './messages/problems.ts';
import { withoutRepeats } from './messages/repeated-advice.ts';

/**
 * Configures the clients; or fails the step with everything that has to be changed, and leaves the machine as it was.
 */
export async function run(): Promise<void> {
  try {
    await judge(readMachine());
  } catch (error) {
    if (error instanceof Problems) failure(withoutRepeats(error.list, (earlier) => `; do as in ${earlier}.`));
    else unexpected(error);
  }
}

async function judge(machine: Machine): Promise<void> {
  const [inputs, file, folder, network] = all(
    () => readInputs(),
    () => loadKeyringrc(readFileInputs(), machine),
    () => choosePrivateFolder(machine, secretDigits),
    () => checkNetwork(machine),
    () => checkHome(machine),
  );
  say([network, file, inputs]);
  const plan = attempt(() => planTokenRequests(inputs, file, machine, DISK));
  const requests = plan.value?.requests ?? [];
  const isSkipped =
    inputs.forks === 'skip' && isForkPullRequest(machine) && !mayHaveCredentials(requests, machine, DISK);
  const asks = !inputs.plan && !isSkipped;
  const start = asks ? await greet(requests, machine) : standStill(machine);
  const { configure } = await import(/* webpackChunkName: 'configure' */ './configure.ts');
  await configure({ machine, inputs, file, folder, plan, asks, start });
}
