/**
 * Preloaded into the action: kills it, as a crash or the machine would, right before its Nth step that the disk sees.
 * The runner gives a step's variables to its post as well, which is to live.
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
  'rmSync',
  'chmodSync',
  'fchmodSync',
];
const at = /[/\\]main[/\\]index\.js$/.test(process.argv[1]) ? Number(process.env.KILL_AT) : 0;
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
