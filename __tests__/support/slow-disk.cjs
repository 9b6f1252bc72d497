/** Preloaded into a process: its disk takes 5 to 40 ms for each renaming and removing, as one of the network may. */
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

for (const name of ['renameSync', 'unlinkSync', 'rmSync', 'rmdirSync']) {
  const call = fs[name];
  fs[name] = (...args) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 + Math.random() * 35);
    return call(...args);
  };
}
syncBuiltinESMExports();
