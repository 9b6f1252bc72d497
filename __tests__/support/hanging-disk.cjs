/**
 * Preloaded into the action: the call that HANG_AT names (`post unlinkSync`) never comes back, as on a disk of the
 * network.
 */
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const { isMainThread } = require('node:worker_threads');

const [entry, name] = (process.env.HANG_AT ?? '').split(' ');
if (isMainThread && new RegExp(`[/\\\\]${entry}[/\\\\]index\\.js$`).test(process.argv[1] ?? '')) {
  fs[name] = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  syncBuiltinESMExports();
}
