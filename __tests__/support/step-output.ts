import { EOL } from 'node:os';
import { jest } from '@jest/globals';

/** What an action did, and what it printed meanwhile. */
export interface Printed<T> {
  readonly result: T;
  /** The lines on standard output, without their ends. */
  readonly lines: readonly string[];
  /** The values that `::add-mask::` commands among the lines hide, in their order. */
  readonly masks: readonly string[];
}

/** Runs the action and keeps its lines from the log. */
export function printedBy<T>(action: () => T): Printed<T> {
  const output = keepOutput();
  try {
    return { result: action(), ...output.read() };
  } finally {
    output.release();
  }
}

/** The same for an action that takes its time. */
export async function printedByAsync<T>(action: () => Promise<T>): Promise<Printed<T>> {
  const output = keepOutput();
  try {
    return { result: await action(), ...output.read() };
  } finally {
    output.release();
  }
}

function keepOutput() {
  let text = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  return {
    read: () => {
      const lines = text.split(EOL).slice(0, -1);
      return { lines, masks: lines.filter((line) => line.startsWith(ADD_MASK)).map(readMask) };
    },
    release: () => spy.mockRestore(),
  };
}

const ADD_MASK = '::add-mask::';

function readMask(line: string): string {
  return line.slice(ADD_MASK.length).replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
