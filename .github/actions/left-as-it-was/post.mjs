import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { OWN, PYPIRC } from './pypirc.mjs';

assert.ok(readFileSync(PYPIRC, 'latin1') === OWN, '~/.pypirc is not the own one, byte for byte');
assert.deepEqual(named(homedir(), '.pypirc'), ['.pypirc'], 'something is left beside it');
assert.deepEqual(named(process.env.RUNNER_TEMP, 'codeartifact-keyring-'), [], 'a folder is left');
assert.equal(process.env.PIP_CONFIG_FILE ?? '', '', 'PIP_CONFIG_FILE names a file that is gone');
console.log('All is as it was.');

function named(folder, start) {
  return readdirSync(folder).filter((name) => name.startsWith(start));
}
