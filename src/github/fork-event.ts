/** The event that started the workflow, as far as it says whose content may lie in the workspace. */
import { readFileSync } from 'node:fs';

/** The parts of the payload that name the two sides (GitHub docs, "Webhook events and payloads"). */
interface Payload {
  readonly repository?: { readonly id?: number };
  readonly pull_request?: { readonly head?: { readonly repo?: { readonly id?: number } | null } };
  readonly workflow_run?: { readonly head_repository?: { readonly id?: number } | null };
}

/**
 * Tells whether the workflow runs with this repository's own rights for the content of a fork: on `pull_request_target`
 * and `workflow_run` anyone can bring that about. A head repository that is not named is one that was deleted, so a fork.
 * @returns in words what the event is, or undefined where there is nothing to fear
 */
export function describeForkEvent(environment: NodeJS.ProcessEnv): string | undefined {
  const event = environment['GITHUB_EVENT_NAME'];
  if (event !== 'pull_request_target' && event !== 'workflow_run') return undefined;
  const payload = readPayload(environment['GITHUB_EVENT_PATH']);
  const base = payload.repository?.id;
  const head =
    event === 'workflow_run' ? payload.workflow_run?.head_repository?.id : payload.pull_request?.head?.repo?.id;
  if (base !== undefined && head === base) return undefined;
  return `this workflow runs on ${event} for a fork`;
}

function readPayload(path: string | undefined): Payload {
  try {
    return (JSON.parse(readFileSync(path ?? '', 'utf8')) as Payload | null) ?? {};
  } catch {
    // Without a payload nothing says that it is no fork.
    return {};
  }
}
