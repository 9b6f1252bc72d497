/** What later steps are told: the edge to the runner's outputs. */
import { join } from 'node:path';
import { describeRequest } from './access/request-words.ts';
import type { TokenRequest } from './access/token-request.ts';
import type { GrantedRequest } from './access/tokens.ts';
import type { Changes } from './clients/changes.ts';
import type { ClientPlan } from './clients/client-plan.ts';
import { appendTo, assign } from './github/command-file.ts';
import type { Inputs } from './inputs.ts';
import type { Machine } from './machine/machine.ts';
import type { MainIndex } from './repositories/default-index.ts';
import { iso } from './summary.ts';

/** What a run came to. */
export interface Outcome {
  readonly granted: readonly GrantedRequest[];
  readonly changes: Changes;
  readonly inputs: Pick<Inputs, 'mainIndex' | 'matching' | 'publishTo' | 'settings' | 'summary' | 'tools'>;
  /** The private folder. */
  readonly folder: string;
  readonly pypirc: string | undefined;
  readonly machine: Machine;
}

/** What a run would come to. */
export interface Plan {
  readonly requests: readonly TokenRequest[];
  readonly changes: Changes;
  readonly clients: readonly ClientPlan[];
  readonly inputs: Pick<Inputs, 'mainIndex' | 'matching' | 'publishTo' | 'plan' | 'summary' | 'tools'>;
  readonly machine: Machine;
}

/**
 * Sets the outputs, all of them or none.
 * @returns the way back
 * @throws {Problems} where they cannot be set
 */
export function setOutputs({ granted, changes, inputs, folder, pypirc, machine }: Outcome): () => void {
  const { mainIndex, publishTo } = inputs;
  const describeGranted = (one: GrantedRequest) => ({
    ...describeRequest(one, machine),
    expiration: iso(one.token.expiration),
  });
  const pathOf = (name: string) => (changes.files.some((file) => file.name === name) ? join(folder, name) : '');
  const published = granted.find(({ repository }) => repository.alias === publishTo?.alias) ?? granted[0];
  const outputs = {
    configured: 'true',
    'pip-config-file': pathOf('pip.conf'),
    'netrc-file': pathOf('netrc'),
    'pypirc-file': pypirc ?? '',
    'index-url': indexUrlOf(mainIndex),
    'repository-url': publishTo?.url ?? '',
    token: published?.token.value ?? '',
    expiration: iso(firstEnd(granted)),
    repositories: JSON.stringify(granted.map(describeGranted)),
    plan: '',
  };
  return appendTo('GITHUB_OUTPUT', assignAll(outputs), machine.environment);
}

function assignAll(outputs: Readonly<Record<string, string>>): string {
  return Object.entries(outputs)
    .map(([name, value]) => assign(name, value))
    .join('');
}

function firstEnd(granted: readonly GrantedRequest[]): Date {
  return new Date(Math.min(...granted.map(({ token }) => token.expiration.getTime())));
}

function indexUrlOf(main: MainIndex): string {
  if (main.kind === 'repository') return main.repository.indexUrl;
  return main.kind === 'foreign' ? main.url : '';
}

/** Sets the outputs that a plan can have. @throws {Problems} where they cannot be set */
export function setPlanOutputs({ requests, clients, inputs, machine }: Plan): void {
  const outputs = {
    configured: 'false',
    'index-url': indexUrlOf(inputs.mainIndex),
    'repository-url': inputs.publishTo?.url ?? '',
    repositories: JSON.stringify(requests.map((one) => describeRequest(one, machine))),
    plan: JSON.stringify(clients),
  };
  appendTo('GITHUB_OUTPUT', assignAll(outputs), machine.environment);
}
