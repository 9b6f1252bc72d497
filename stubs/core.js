/**
 * Stands in the bundle of post for `@actions/core` 3.0.1: the same commands, by the same code. What post never asks
 * for (job summary, OIDC token, platform) loads modules of Node.js that would take a tenth of post's time.
 */
import { EOL } from 'node:os';
import { issue, issueCommand } from '../node_modules/@actions/core/lib/command.js';

export const debug = (message) => issueCommand('debug', {}, message);
export const notice = (message) => issueCommand('notice', {}, message);
export const warning = (message) => issueCommand('warning', {}, message);
export const setSecret = (secret) => issueCommand('add-mask', {}, secret);
export const startGroup = (name) => issue('group', name);
export const endGroup = () => issue('endgroup');
export const info = (message) => process.stdout.write(message + EOL);
export const getState = (name) => process.env[`STATE_${name}`] || '';
export function setFailed(message) {
  process.exitCode = 1;
  issueCommand('error', {}, message);
}
