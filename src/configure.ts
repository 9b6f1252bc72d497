/** The main step from where the requests are known, as a table of contents: from plan to report. */
import type { planTokenRequests } from './access/token-request.ts';
import { fetchTokens } from './access/tokens.ts';
import { apply } from './apply/apply.ts';
import { removeDeadSections } from './apply/dead-sections.ts';
import type { PrivateFolder } from './apply/private-place.ts';
import { pypircPath } from './apply/pypirc-file.ts';
import { rememberVariables } from './apply/variables.ts';
import { askGitHub, type HeadStart } from './aws/head-start.ts';
import { loadSdk } from './aws/load-sdk.ts';
import { toolsWith } from './clients/declared.ts';
import { say } from './github/log.ts';
import { forgetCleanUp, saveCleanUp } from './github/state.ts';
import type { Inputs } from './inputs.ts';
import type { KeyringrcFile } from './keyringrc/keyringrc-file.ts';
import type { Machine } from './machine/machine.ts';
import { type Attempt, all } from './messages/problems.ts';
import { setOutputs } from './outputs.ts';
import { lookBeside, openClients, type Planned, planClients, rehearse } from './prepare.ts';
import { report, reportPlan, reportRequests } from './report.ts';

/** What the inputs, the file and the machine came to. */
export interface Judged {
  readonly machine: Machine;
  readonly inputs: Inputs;
  readonly file: KeyringrcFile | undefined;
  readonly folder: PrivateFolder;
  readonly plan: Attempt<ReturnType<typeof planTokenRequests>>;
  /** Whether AWS is asked; else the run ends with what it would do. */
  readonly asks: boolean;
  readonly start: HeadStart;
}

/** @throws {Problems} with everything that has to be changed; the machine is as it was then */
export async function configure({ machine, inputs, file, folder, plan, asks, start }: Judged): Promise<void> {
  const pypirc = toolsWith('index-servers', inputs.tools).length > 0 ? pypircPath(machine) : undefined;
  const target = { machine, folder, pypirc };
  const prepare = await openClients(inputs, target);
  // Where the plan has failed, the clients' changes are tried all the same, for any identity.
  const planned: readonly Planned[] = plan.value?.requests ?? inputs.repositories.map((repository) => ({ repository }));
  const [{ requests, ...remarks }, rehearsed] = all(plan.result, () => rehearse(prepare, planned, target));
  say([remarks]);
  reportRequests(requests, file, machine);
  if (!asks) {
    const clients = await planClients(inputs, planned, target);
    reportPlan({ requests, changes: rehearsed, clients, inputs, machine });
    return;
  }

  askGitHub(requests, start);
  const { openCodeArtifact } = await loadSdk(requests, machine, start);
  const { fetchToken, ask, remarks: linksOf } = openCodeArtifact(machine, start);
  const granted = await fetchTokens(requests, fetchToken).finally(() => say([linksOf()]));

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
        import(/* webpackChunkName: 'preflight' */ './apply/preflight.ts'),
        import(/* webpackChunkName: 'preflight' */ './aws/check-repositories.ts'),
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
