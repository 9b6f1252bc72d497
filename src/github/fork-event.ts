/** Whether the event that started the workflow lets a fork bring its content. Reads the event's payload. */
import { readFileSync } from 'node:fs';
import type { Machine } from '../machine/machine.ts';

/** The parts of the payload that name the two sides (GitHub docs, "Webhook events and payloads"). */
interface Payload {
  readonly repository?: { readonly id?: number };
  readonly pull_request?: { readonly head?: { readonly repo?: { readonly id?: number } | null } };
  readonly workflow_run?: { readonly head_repository?: { readonly id?: number } | null };
}

/**
 * On `pull_request_target` and `workflow_run` a workflow runs with this repository's own rights, and anyone can start
 * it for the content of a fork. A head repository that is not named was deleted, so it counts as a fork.
 * @returns in words what the event is; undefined where the content is this repository's own
 */
export function describeForkEvent({ environment }: Pick<Machine, 'environment'>): string | undefined {
  const event = environment['GITHUB_EVENT_NAME'];
  if (event !== 'pull_request_target' && event !== 'workflow_run') return undefined;
  const payload = readPayload(environment['GITHUB_EVENT_PATH']);
  const base = payload.repository?.id;
  const head =
    event === 'workflow_run' ? payload.workflow_run?.head_repository?.id : payload.pull_request?.head?.repo?.id;
  if (base !== undefined && head === base) return undefined;
  return `this workflow runs on ${event} for a fork`;
}

/**
 * Whether this is a pull request from a fork on the event `pull_request`, whose jobs get neither secrets nor an OIDC
 * token (GitHub docs, "Events that trigger workflows"). A head repository that was deleted counts as a fork.
 */
export function isForkPullRequest({ environment }: Pick<Machine, 'environment'>): boolean {
  if (environment['GITHUB_EVENT_NAME'] !== 'pull_request') return false;
  const { repository, pull_request } = readPayload(environment['GITHUB_EVENT_PATH']);
  return pull_request !== undefined && repository?.id !== undefined && pull_request.head?.repo?.id !== repository.id;
}

/** Without a readable payload nothing says that the content is not a fork's. */
function readPayload(path: string | undefined): Payload {
  try {
    return (JSON.parse(readFileSync(path ?? '', 'utf8')) as Payload | null) ?? {};
  } catch {
    return {};
  }
}
