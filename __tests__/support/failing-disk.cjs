/**
 * Preloaded into the action: makes its calls to the disk fail, as a full or read-only one would, from the Nth on that
 * changes something. By variables, since the runner gives a step's variables to its post as well:
 *
 *     FAIL_IN    main or post
 *     FAIL_AT    which call is the first to fail
 *     FAIL_WITH  the code of the error: with EROFS all that changes anything fails, with others what needs room
 *     FAIL_HOW   once, or from there on
 *     FAIL_NOTE  a file that says which call failed first
 */
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const { constants } = require('node:os');

const { FAIL_IN, FAIL_AT, FAIL_WITH = '', FAIL_HOW, FAIL_NOTE = '' } = process.env;
const { isMainThread } = require('node:worker_threads');
const isHere = isMainThread && new RegExp(`[/\\\\]${FAIL_IN}[/\\\\]index\\.js$`).test(process.argv[1] ?? '');

/** What needs room. */
const GROWING = {
  openSync: 'open',
  writeSync: 'write',
  mkdirSync: 'mkdir',
  renameSync: 'rename',
  symlinkSync: 'symlink',
  linkSync: 'link',
};
const OTHERS = {
  unlinkSync: 'unlink',
  rmSync: 'rm',
  chmodSync: 'chmod',
  fchmodSync: 'fchmod',
  fchownSync: 'fchown',
  ftruncateSync: 'ftruncate',
};
const CALLS = FAIL_WITH === 'EROFS' ? { ...GROWING, ...OTHERS } : GROWING;

let count = 0;
let depth = 0;

/** Whether a call to open a file changes something: where there is room for all that is there, only making one does. */
function makes(flags) {
  const { O_CREAT, O_WRONLY, O_RDWR } = fs.constants;
  return typeof flags === 'number' && (flags & (FAIL_WITH === 'EROFS' ? O_CREAT | O_WRONLY | O_RDWR : O_CREAT)) !== 0;
}

function errorOf(syscall, args) {
  const names = args.filter((arg) => typeof arg === 'string');
  const [path, dest] = syscall === 'open' || syscall === 'mkdir' ? names.slice(0, 1) : names;
  const error = new Error(`${FAIL_WITH}: made up, ${syscall}`);
  return Object.assign(error, {
    errno: -constants.errno[FAIL_WITH],
    code: FAIL_WITH,
    syscall,
    ...(path === undefined ? {} : { path }),
    ...(dest === undefined ? {} : { dest }),
  });
}

/** What stands in the way of a lock, and what is not there to be removed, a disk says first; and what has its room. */
function isIdle(name, [first, second, , length, place]) {
  if (name === 'openSync') return !makes(second);
  if (name === 'writeSync') return FAIL_WITH !== 'EROFS' && place + length <= fs.fstatSync(first).size;
  // A name that takes the place of another needs no room; some disks need it at times.
  if (name === 'renameSync' && FAIL_WITH !== 'EROFS' && FAIL_HOW !== 'once') return fs.existsSync(second);
  const isThere = (path) => fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  return (name === 'symlinkSync' && isThere(second)) || (name === 'rmSync' && !isThere(first));
}

function fail(name, syscall, call, args) {
  if (count === Number(FAIL_AT)) fs.appendFileSync(FAIL_NOTE, `${syscall}\n`);
  // A full disk takes a part.
  if (name === 'writeSync') call(args[0], args[1], args[2], Math.floor(args[3] / 2), args[4]);
  throw errorOf(syscall, args);
}

for (const [name, syscall] of isHere ? Object.entries(CALLS) : []) {
  const call = fs[name];
  fs[name] = (...args) => {
    // One that another calls is a part of it.
    if (depth > 0 || isIdle(name, args)) return call(...args);
    count += 1;
    depth += 1;
    try {
      const fails = FAIL_HOW === 'once' ? count === Number(FAIL_AT) : count >= Number(FAIL_AT);
      return fails ? fail(name, syscall, call, args) : call(...args);
    } finally {
      depth -= 1;
    }
  };
}
syncBuiltinESMExports();
