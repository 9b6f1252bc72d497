/**
 * Stands in the bundle of post for `@actions/core` 3.0.1: the same commands. What post never asks for (job summary,
 * OIDC token, platform) loads modules of Node.js that would take a tenth of post's time, and so does `process.stdout`.
 */
import { writeSync } from 'node:fs';
import { EOL } from 'node:os';

let canWrite = true;

export const debug = (message) => issue('debug', message);
export const notice = (message) => issue('notice', message);
export const warning = (message) => issue('warning', message);
export const setSecret = (secret) => issue('add-mask', secret);
export const startGroup = (name) => issue('group', name);
export const endGroup = () => issue('endgroup');
export const info = (message) => print(message);
export const getState = (name) => process.env[`STATE_${name}`] || '';
export function setFailed(message) {
  process.exitCode = 1;
  issue('error', message);
}

/** The runner's escapes, as command.js of @actions/core writes them. */
function issue(command, message = '') {
  print(`::${command}::${message.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')}`);
}

/** Prints a line. Where that cannot be done at once, `process.stdout` does it, and whatever comes after it. */
function print(line) {
  let rest = Buffer.from(line + EOL);
  try {
    while (canWrite && rest.length > 0) rest = rest.subarray(writeSync(1, rest));
  } catch {
    canWrite = false;
  }
  if (rest.length > 0) process.stdout.write(rest);
}
