/** What post prints by a stub of `@actions/core`: the same as that, also where its output is slow to be read. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { pythonCommand } from '../../sandbox/programs/python-command.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { NO_PIPES, testUnless } from '../support/test-unless.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TEXTS = ['plain', '', 'two\nlines\r\n', '100% %0A', '::error::x', 'é \u{1f511}'];
const CALLS = `
  for (const text of [...${JSON.stringify(TEXTS)}, 'x'.repeat(200_000)]) {
    for (const name of ['debug', 'notice', 'warning', 'setSecret', 'startGroup', 'info']) core[name](text);
    core.endGroup();
    core.info(core.getState('of a step') + core.getState('none'));
  }
  core.setFailed('last');`;

const script = (module: string) => [
  '--input-type=module',
  '--eval',
  `const core = await import(${JSON.stringify(module)});${CALLS}`,
];
const STUB = script(new URL('../../stubs/core.js', import.meta.url).href);
const SPAWN = { cwd: ROOT, env: { 'STATE_of a step': 'kept' } };

test('the same commands as those of @actions/core, byte for byte, and the same status', () => {
  const [stub, real] = [STUB, script('@actions/core')].map((args) =>
    spawnSync(process.execPath, args, { ...SPAWN, encoding: 'utf8', maxBuffer: 100_000_000 }),
  );
  expect(stub?.stderr).toBe('');
  expect(stub?.status).toBe(1);
  expect(stub?.status).toBe(real?.status);
  expect(stub?.stdout === real?.stdout).toBe(true);
  expect(stub?.stdout).toContain('::error::last');
});

const python = await pythonCommand();
/** Node.js makes the output of its children wait. */
const WITHOUT_WAITING =
  'import fcntl, os, sys\n' +
  'fcntl.fcntl(1, fcntl.F_SETFL, fcntl.fcntl(1, fcntl.F_GETFL) | os.O_NONBLOCK)\n' +
  'os.execv(sys.argv[1], sys.argv[1:])';

const noPython = python.available ? undefined : python.reason;
testUnless(NO_PIPES ?? noPython)(
  'all of it arrives where nobody reads at first, and a write fails at once',
  async () => {
    const pipe = join(freshFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    // A reader of its own: the child makes its end wait in the end.
    const [reader, file] = [constants.O_RDONLY, constants.O_RDWR].map((way) =>
      openSync(pipe, way | constants.O_NONBLOCK),
    ) as [number, number];
    try {
      const filler = Buffer.alloc(4096);
      expect(() => {
        for (;;) writeSync(file, filler);
      }).toThrow('EAGAIN');
      const command = python.available ? python.command : '';
      const args = ['-c', WITHOUT_WAITING, process.execPath, ...STUB];
      const child = spawn(command, args, { ...SPAWN, stdio: ['ignore', file, 'inherit'] });
      const ended = once(child, 'exit');
      await setTimeout(500);
      const pieces: Buffer[] = [];
      const drain = () => {
        const bytes = Buffer.alloc(65_536);
        try {
          for (;;) pieces.push(Buffer.from(bytes.subarray(0, readSync(reader, bytes))));
        } catch (error) {
          expect(String(error)).toContain('EAGAIN');
        }
      };
      for (let ends = false; !ends; ) {
        drain();
        ends = await Promise.race([ended.then(() => true), setTimeout(5, false)]);
      }
      drain();
      const whole = spawnSync(process.execPath, STUB, { ...SPAWN, maxBuffer: 100_000_000 }).stdout;
      const read = Buffer.concat(pieces);
      expect(read.subarray(read.length - whole.length).equals(whole)).toBe(true);
      expect((read.length - whole.length) % filler.length).toBe(0);
    } finally {
      for (const end of [reader, file]) closeSync(end);
    }
  },
);
