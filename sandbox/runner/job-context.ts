import type { JobEnvironment } from './job-environment.ts';
import type { Masker } from './masker.ts';
import type { NamedValues } from './named-values.ts';

/** What the steps of a job share. */
export type JobContext = {
  readonly workspace: string;
  readonly temp: string;
  /** OWNER/NAME. */
  readonly repository: string;
  readonly debug: boolean;
  /** See {@link createLineBatch}. */
  readonly worstCase: boolean;
  readonly masker: Masker;
  /** Everything shown so far. */
  readonly log: string[];
  readonly environment: JobEnvironment;
  /** What an action gets besides, and a `run:` step does not. */
  readonly runtime: Record<string, string>;
  /** `steps.ID.outputs`, by ids. */
  readonly outputs: Map<string, NamedValues>;
  /** Ends the processes that ran on when the runner heard no more of them. */
  readonly endAtLast: (() => void)[];
};
