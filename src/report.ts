/** What the run says: warnings and notes, in one order; log and summary when it is done. */
import { describeIdentity, hasOidc, nameIdentity, originOf } from './access/identity.ts';
import { describeComparison } from './access/request-words.ts';
import { describeChoice, describeDifferences, type TokenRequest } from './access/token-request.ts';
import { describeClient } from './clients/client-plan.ts';
import { describeUsage } from './clients/usage.ts';
import { group, info, say } from './github/log.ts';
import { type KeyringrcFile, keyringrcPaths } from './keyringrc/keyringrc-file.ts';
import type { Machine } from './machine/machine.ts';
import { count, joinFirst, joinWords } from './messages/wording.ts';
import { type Outcome, type Plan, setPlanOutputs } from './outputs.ts';
import { clock, writePlanSummary, writeSummary } from './summary.ts';

/** Logs which section each repository got and why, before AWS is asked: the answer to most failures is here. */
export function reportRequests(
  requests: readonly TokenRequest[],
  file: KeyringrcFile | undefined,
  machine: Machine,
): void {
  info(file ? `Sections are from ${file.name}.` : describeNoFile(requests, machine));
  group(
    count(requests.length, 'repository', 'repositories'),
    requests.flatMap(({ repository, choice, identity }) => [
      `${repository.alias}: ${repository.url}`,
      ...(choice.label === '' ? [] : [`  section ${describeComparison(choice)}`]),
      ...(choice.runnerUp ? [`  runner-up ${describeComparison(choice.runnerUp)}`] : []),
      ...(choice.other ? [`  the other section-matching would take ${describeChoice(choice.other)}`] : []),
      `  identity: ${describeIdentity(identity, machine.environment)}`,
    ]),
  );
}

/** Where a file was looked for is of use to those whose inputs do not say everything already. */
function describeNoFile(requests: readonly TokenRequest[], machine: Machine): string {
  if (requests.every(({ identity }) => originOf(identity) === 'inputs')) {
    return 'No keyringrc.cfg was found, so the inputs say whose credentials are used.';
  }
  return (
    `No keyringrc.cfg was found (${keyringrcPaths(machine).join(', ')}), so the inputs and the environment say whose ` +
    'credentials are used. If the project has one, run actions/checkout before this step.'
  );
}

/** Says what a run would do, in the log, the outputs and the job summary, and why this one stops here. */
export function reportPlan(plan: Plan): void {
  const { requests, changes, clients, inputs, machine } = plan;
  for (const client of clients) group(`Plan for ${client.tool}`, describeClient(client));
  say([
    { notes: [...describeLaterRoles(requests, machine), ...changes.notes] },
    { warnings: [...describeDifferences(requests, inputs.matching), ...changes.warnings, ...changes.overrides] },
  ]);
  setPlanOutputs(plan);
  if (inputs.summary) writePlanSummary(requests, clients, inputs, machine);
  info(
    inputs.plan
      ? 'This is a plan: nothing is called, written or set (plan: true).'
      : 'This pull request is from a fork, so the job has no AWS credentials. Nothing is configured (forks: skip).',
  );
}

/** A plan needs no OIDC token, but with one the identities differ. */
function describeLaterRoles(requests: readonly TokenRequest[], { environment }: Machine): string[] {
  if (hasOidc(environment)) return [];
  const roles = requests.flatMap(({ identity }) =>
    identity.kind === 'source' && identity.source.kind === 'default-chain' && identity.role ? [identity.role.arn] : [],
  );
  if (roles.length === 0) return [];
  return [
    'This job has no OIDC token. With id-token: write, and without role-chaining, a job assumes ' +
      `${joinWords([...new Set(roles)])} with it.`,
  ];
}

/**
 * Logs what was configured, and writes the job summary. The last lines are those that a user goes on from.
 * @param beside warnings of other uses in the job
 */
export function report(outcome: Outcome, beside: readonly string[]): void {
  const { granted, changes, inputs, machine } = outcome;
  const warnings = [
    ...describeDifferences(granted, inputs.matching),
    ...changes.warnings,
    ...changes.overrides,
    ...beside,
  ];
  const usage = describeUsage({ ...inputs, repositories: granted.map(({ repository }) => repository) });
  say([{ notes: changes.notes, warnings }]);
  say([{ notes: [...usage, ...describeTokens(outcome, new Date())] }]);
  if (inputs.summary) writeSummary(granted, inputs, machine);
}

/** As whom each repository is opened and until when, and what a job does that takes longer and chose no duration. */
function describeTokens({ inputs, granted, machine }: Outcome, now: Date): string[] {
  const groups = Map.groupBy(granted, ({ identity, token }) => {
    const left = describeLeft(token.expiration.getTime() - now.getTime());
    return `as ${nameIdentity(identity, machine.environment)} until ${clock(token.expiration)} (in ${left})`;
  });
  const chosen = granted.every(
    ({ choice }) => inputs.settings.tokenDuration !== undefined || choice.options.has('token_duration'),
  );
  return [
    ...[...groups].map(([how, same]) => `${joinFirst(same.map(({ repository }) => repository.alias))}: ${how}.`),
    ...(chosen ? [] : ['Does the job take longer? Set token-duration, or use this action again later in the job.']),
  ];
}

/** Hours where they are whole, else minutes. */
function describeLeft(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  return minutes >= 60 && minutes % 60 === 0 ? count(minutes / 60, 'hour') : count(minutes, 'minute');
}
