/**
 * Preloaded into the action: a disk of the network that is gone. The call that HANG_AT names (`post unlinkSync`) never
 * comes back, nor does opening anything from a thread.
 */
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const { isMainThread } = require('node:worker_threads');

const [entry, name] = (process.env.HANG_AT ?? '').split(' ');
if (isMainThread && new RegExp(`[/\\\\]${entry}[/\\\\]index\\.js$`).test(process.argv[1] ?? '')) {
  fs[name] = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  fs.open = () => {};
  syncBuiltinESMExports();
}
