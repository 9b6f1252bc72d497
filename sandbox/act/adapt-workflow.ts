/** Makes of a workflow for GitHub's runners one that act runs on this machine, with the action of this repository. */

/** A step of a workflow. */
export interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
}

/** A parsed workflow, as far as it matters here. */
export interface WorkflowContent {
  readonly on: unknown;
  readonly permissions?: Permissions;
  readonly jobs: Record<string, WorkflowJob>;
}

/** A job, as far as it matters here. */
export interface WorkflowJob {
  readonly 'runs-on': string;
  readonly steps: readonly WorkflowStep[];
  readonly permissions?: Permissions;
  readonly env?: Readonly<Record<string, unknown>>;
}

type Permissions = string | Readonly<Record<string, string>> | null;

/** The action itself: as documents name it, at whatever ref, or as a part of this repository. */
const ACTION = /^(?:\.\/$|codeartifact-keyring\/action@)/;
const CHECKOUT = /^actions\/checkout@/;
/** What this machine has without a step. */
const LEFT_OUT = /^actions\/setup-(?:python|node)@|^astral-sh\/setup-uv@/;

/** Whether a step needs nothing from GitHub: the action itself, or the checkout, for which act copies a folder. */
export function isOwn(uses: string): boolean {
  return ACTION.test(uses) || CHECKOUT.test(uses);
}

/** Whether a step sets up what this machine has already. */
export function isLeftOut(uses: string): boolean {
  return LEFT_OUT.test(uses);
}

/**
 * The workflow with jobs of a self-hosted machine, the action of a folder of the checkout, and without the steps that
 * set up what the machine has. act takes the action from the checkout, so jobs without one get one.
 *
 * @param place the folder of the action in the checkout
 */
export function onThisMachine(content: WorkflowContent, place: string): WorkflowContent {
  const jobs = Object.entries(content.jobs).map(([name, job]) => {
    const steps = job.steps.filter(({ uses }) => uses === undefined || !isLeftOut(uses));
    const checkout = steps.some(({ uses }) => uses !== undefined && CHECKOUT.test(uses))
      ? []
      : [{ uses: 'actions/checkout@v7' }];
    const placed = steps.map((step) =>
      step.uses !== undefined && ACTION.test(step.uses) ? { ...step, uses: `./${place}` } : step,
    );
    return [name, { ...job, 'runs-on': 'self-hosted', steps: [...checkout, ...placed] }] as const;
  });
  return { ...content, jobs: Object.fromEntries(jobs) };
}

/** The events that a workflow runs on. */
export function eventsOf({ on }: WorkflowContent): string[] {
  if (typeof on === 'string') return [on];
  return Array.isArray(on) ? on.map(String) : Object.keys(Object(on));
}

/** Whether a step uses the action. */
export function hasAction({ jobs }: WorkflowContent): boolean {
  return Object.values(jobs).some(({ steps }) => steps.some(({ uses }) => uses !== undefined && ACTION.test(uses)));
}

/** Why a workflow cannot be run on this machine: the first job that is in the way. */
export function whyNot({ jobs }: WorkflowContent): string | undefined {
  for (const [name, job] of Object.entries(jobs)) {
    if (!Array.isArray(job.steps)) {
      return `The job ${name} calls another workflow (uses:). Run the file of that one instead.`;
    }
    const docker = ['container', 'services'].find((key) => key in job);
    if (docker) return `The job ${name} needs Docker (${docker}:), and this command runs jobs without it.`;
  }
  return undefined;
}

/** The workflow whose jobs have no OIDC token unless they have `id-token: write`: act gives each job what it has. */
export function withOwnTokens(content: WorkflowContent): WorkflowContent {
  const jobs = Object.entries(content.jobs).map(([name, job]) => {
    const permissions = job.permissions === undefined ? content.permissions : job.permissions;
    const isAllowed =
      permissions === 'write-all' || (typeof permissions === 'object' && permissions?.['id-token'] === 'write');
    const env = { ...job.env, ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' };
    return [name, isAllowed ? job : { ...job, env }] as const;
  });
  return { ...content, jobs: Object.fromEntries(jobs) };
}
