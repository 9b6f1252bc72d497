/** Makes of a workflow for GitHub's runners one that act runs on this machine, with the action of this repository. */

/** A step of a workflow. */
export interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
}

/** A parsed workflow, as far as it matters here. */
export interface WorkflowContent {
  readonly on: unknown;
  readonly jobs: Record<string, { readonly 'runs-on': string; readonly steps: readonly WorkflowStep[] }>;
}

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
