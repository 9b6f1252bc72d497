/** Tests that not every machine can run: they are skipped by name, and the reason is printed. */
import { describe, test } from '@jest/globals';

/** Reasons that hold on Windows; undefined elsewhere. */
export const NO_PERMISSION_BITS = onWindows('Windows has no permission bits.');
export const NO_PIPES = onWindows('Windows has no pipes among its files.');
export const NO_LINKS = onWindows('Making a link takes a privilege on Windows.');
export const NO_SHELL = onWindows('Not every Windows has a bash on its PATH.');
export const NO_CONTAINERS = onWindows("GitHub's runners for Windows have no Linux containers.");

/** `test`, or where there is a reason against it, what skips the test and prints the reason. */
export function testUnless(reason: string | undefined): (name: string, body: () => void | Promise<void>) => void {
  return unless(reason, test, test.skip);
}

/** `describe`, or where there is a reason against its tests, what skips them and prints the reason. */
export function describeUnless(reason: string | undefined): (name: string, body: () => void) => void {
  return unless(reason, describe, describe.skip);
}

type Declare<Body> = (name: string, body: Body) => void;

function unless<Body>(reason: string | undefined, declare: Declare<Body>, skip: Declare<Body>): Declare<Body> {
  if (reason === undefined) return declare;
  return (name, body) => {
    // Not console.warn: jest keeps what it said to itself when every test of a file is skipped.
    process.stderr.write(`Skipped: "${name}". ${reason}\n`);
    skip(name, body);
  };
}

/** @returns the reason where this is Windows */
export function onWindows(reason: string): string | undefined {
  return process.platform === 'win32' ? reason : undefined;
}
