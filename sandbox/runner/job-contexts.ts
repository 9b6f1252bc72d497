import { dirname } from 'node:path';

/**
 * The GITHUB_ variables of a job's github context, with plain values where a test does not care.
 * @param job.more other keys of the context, or other values: `{ ref: 'refs/tags/v1' }`
 */
export function githubVariables(job: {
  workspace: string;
  eventPath: string;
  eventName: string;
  repository: string;
  more: Record<string, string>;
}): Record<string, string> {
  const context: Record<string, string> = {
    action_ref: '',
    action_repository: '',
    actor: 'octocat',
    actor_id: '583231',
    api_url: 'https://api.github.com',
    base_ref: '',
    event_name: job.eventName,
    event_path: job.eventPath,
    graphql_url: 'https://api.github.com/graphql',
    head_ref: '',
    job: 'job',
    ref: 'refs/heads/main',
    ref_name: 'main',
    ref_protected: 'false',
    ref_type: 'branch',
    repository: job.repository,
    repository_id: '1296269',
    repository_owner: job.repository.split('/')[0] ?? '',
    repository_owner_id: '583231',
    retention_days: '90',
    run_attempt: '1',
    run_id: '1658821493',
    run_number: '3',
    server_url: 'https://github.com',
    sha: '4b5a1d8e0c9f3a7b6e2d4c8f1a0b9e7d5c3f2a16',
    triggering_actor: 'octocat',
    workflow: 'CI',
    workflow_ref: `${job.repository}/.github/workflows/ci.yml@refs/heads/main`,
    workflow_sha: '4b5a1d8e0c9f3a7b6e2d4c8f1a0b9e7d5c3f2a16',
    workspace: job.workspace,
    ...job.more,
  };
  return Object.fromEntries(Object.entries(context).map(([key, value]) => [`GITHUB_${key.toUpperCase()}`, value]));
}

/** The RUNNER_ variables; RUNNER_DEBUG only when step debug logging is on. */
export function runnerVariables(job: {
  temp: string;
  workspace: string;
  toolCache: string;
  debug: boolean;
  hosted: boolean;
}): Record<string, string> {
  const systems: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macOS', win32: 'Windows' };
  return {
    RUNNER_OS: systems[process.platform] ?? 'Linux',
    RUNNER_ARCH: process.arch.toUpperCase(),
    RUNNER_NAME: 'sandbox',
    RUNNER_ENVIRONMENT: job.hosted ? 'github-hosted' : 'self-hosted',
    RUNNER_TOOL_CACHE: job.toolCache,
    RUNNER_TEMP: job.temp,
    RUNNER_WORKSPACE: dirname(job.workspace),
    ...(job.debug ? { RUNNER_DEBUG: '1' } : {}),
  };
}
