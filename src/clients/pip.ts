/**
 * pip: a pip.conf that `PIP_CONFIG_FILE` names, and a netrc for the tokens. Tried with pip 23.2 to 26.3.
 * `PIP_INDEX_URL` would be simpler, but every variable shows in the log of every later step.
 */
import { sharedIndexOptions, writePipConf } from '../pip-conf.ts';
import type { Client } from './client.ts';

/** Variables that beat every pip.conf. */
const OVERRIDING = ['PIP_INDEX_URL', 'PIP_PYPI_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_NO_INDEX'];

export const pip: Client = ({ indexes, machine, pathOf }) => {
  const { bytes, notes } = writePipConf(indexes, machine.pipUserFiles);
  const overriding = OVERRIDING.filter((name) => machine.environment[name]);
  const shared = sharedIndexOptions(machine.pipSharedFiles);
  return {
    files: [{ name: 'pip.conf', bytes }],
    variables: [{ name: 'PIP_CONFIG_FILE', value: pathOf('pip.conf') }],
    notes,
    warnings: [
      ...overriding.map((name) => `The variable ${name} is set and beats the pip.conf of this action; unset it.`),
      ...shared.map((place) => `pip: ${place} beats the pip.conf of this action; move it to [global] or remove it.`),
    ],
  };
};
