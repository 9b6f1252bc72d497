/** The post step: leaves the machine as main found it. Spawns nothing, calls no network, never fails the job. */

import { existsSync } from 'node:fs';
import { takeBackFiles, takeBackVariables } from './apply/apply.ts';
import { info, warning } from './github/log.ts';
import { loadCleanUp } from './github/state.ts';

/** The variables that a run may have set. Others in a state are not ours. */
const VARIABLES = new RegExp(
  `^(${[
    'PIP_CONFIG_FILE',
    'NETRC',
    'TWINE_(REPOSITORY|NON_INTERACTIVE)',
    'UV_(DEFAULT_)?INDEX',
    'UV_(INDEX_[A-Z0-9_]+|PUBLISH)_(USERNAME|PASSWORD)',
    'UV_PUBLISH_URL',
    'POETRY_CONFIG_DIR',
    'PDM_(CONFIG_FILE|PYPI_URL|PUBLISH_REPO)',
    'HATCH_INDEX_REPO',
    'FLIT_(INDEX_URL|USERNAME|PASSWORD)',
    'PIPENV_PYPI_MIRROR',
    'CODEARTIFACT_AUTH_TOKEN',
  ].join('|')})$`,
);

/** Removes what main made, also after a main that failed or was killed. What cannot be removed is a warning. */
export async function cleanUp(): Promise<void> {
  const state = loadCleanUp();
  if (!state) {
    info('Nothing to clean up.');
    return;
  }
  try {
    const there = existsSync(state.folder);
    takeBackVariables(state, VARIABLES, process.env);
    await takeBackFiles(state, process.env);
    const removed = [
      ...(there ? [state.folder] : []),
      ...(state.pypirc === undefined ? [] : [`the sections of this step in ${state.pypirc}`]),
    ];
    info(removed.length > 0 ? `Removed ${removed.join(' and ')}.` : `${state.folder} is gone already.`);
  } catch (error) {
    warning(`Not everything could be cleaned up: ${error instanceof Error ? error.message : String(error)}`);
  }
}
