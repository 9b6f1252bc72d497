/**
 * Stands in the bundle for `@actions/exec` 3.0.0 where @actions/core 3.0.1 imports it, for its platform.getDetails alone,
 * which nobody calls. The real one loads child_process and more at every start. The check after the change, which does
 * start programs, has the real one (scripts/build/build.ts).
 */
export function getExecOutput() {
  throw new Error('@actions/exec is not part of this bundle.');
}
