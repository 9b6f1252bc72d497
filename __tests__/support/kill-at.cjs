/**
 * Preloaded into the action: kills it, as a crash or the machine would, right before its Nth step that the disk sees
 * (KILL_AT). The runner gives a step's variables to its post as well, so KILL_IN says which of the two: main unless
 * given.
 */
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const STEPS = [
  'mkdirSync',
  'openSync',
  'writeSync',
  'closeSync',
  'writeFileSync',
  'appendFileSync',
  'renameSync',
  'linkSync',
  'symlinkSync',
  'rmSync',
  'unlinkSync',
  'chmodSync',
  'fchmodSync',
  'fchownSync',
  'ftruncateSync',
];
const { KILL_AT, KILL_IN = 'main' } = process.env;
const { isMainThread } = require('node:worker_threads');
const isHere = isMainThread && new RegExp(`[/\\\\]${KILL_IN}[/\\\\]index\\.js$`).test(process.argv[1] ?? '');
const at = isHere ? Number(KILL_AT) : 0;
let count = 0;
let depth = 0;

for (const name of STEPS) {
  const step = fs[name];
  fs[name] = (...args) => {
    // One that another calls is a part of it.
    if (depth === 0 && ++count === at) process.kill(process.pid, 'SIGKILL');
    depth += 1;
    try {
      return step(...args);
    } finally {
      depth -= 1;
    }
  };
}
syncBuiltinESMExports();
