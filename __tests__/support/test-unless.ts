/** Tests that not every machine can run: they are skipped by name, and the reason is printed. */
import { test } from '@jest/globals';

type Declare = (name: string, body: () => void | Promise<void>) => void;

/** Reasons that hold on Windows; undefined elsewhere. */
export const NO_PERMISSION_BITS = onWindows('Windows has no permission bits.');
export const NO_PIPES = onWindows('Windows has no pipes among its files.');
export const NO_LINKS = onWindows('Making a link takes a privilege on Windows.');
export const NO_CONTAINERS = onWindows("GitHub's runners for Windows have no Linux containers.");

/** `test`, or where there is a reason against it, what skips the test and prints the reason. */
export function testUnless(reason: string | undefined): Declare {
  if (reason === undefined) return test;
  return (name, body) => {
    // Not console.warn: jest keeps what it said to itself when every test of a file is skipped.
    process.stderr.write(`Skipped: "${name}". ${reason}\n`);
    test.skip(name, body);
  };
}

/** @returns the reason where this is Windows */
export function onWindows(reason: string): string | undefined {
  return process.platform === 'win32' ? reason : undefined;
}
