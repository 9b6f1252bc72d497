/** What the user should know about a result. It travels with the result that causes it, until report.ts says it. */
export interface Remarks {
  /** What was done that the user may not expect. */
  readonly notes?: readonly string[];
  /** What is accepted, but likely to be a mistake or a danger. */
  readonly warnings?: readonly string[];
}
