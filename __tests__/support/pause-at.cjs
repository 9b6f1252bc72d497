/**
 * Preloaded into a process: stops it right before its Nth call to the disk (PAUSE_AT), as a machine that has other
 * things to do may. It makes the folder PAUSE_SIGN then, and goes on once that has gone.
 */
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const { PAUSE_AT, PAUSE_SIGN = '', PAUSE_IN = '' } = process.env;
const { existsSync, mkdirSync } = fs;
const NAMES = Object.keys(fs).filter((name) => name.endsWith('Sync') && typeof fs[name] === 'function');
let count = 0;
let depth = 0;

/** Loading the program calls the disk as well. */
const isOurs = (args) => args.some((arg) => typeof arg === 'string' && arg.startsWith(PAUSE_IN));

for (const name of NAMES) {
  const call = fs[name];
  fs[name] = (...args) => {
    if (depth === 0 && isOurs(args) && ++count === Number(PAUSE_AT)) {
      mkdirSync(PAUSE_SIGN);
      while (existsSync(PAUSE_SIGN)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
    depth += 1;
    try {
      return call(...args);
    } finally {
      depth -= 1;
    }
  };
}
syncBuiltinESMExports();
