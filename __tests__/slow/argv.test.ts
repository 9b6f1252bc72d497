/**
 * What the tests of clients say about tokens in arguments is worth as much as the thread that reads the arguments sees.
 */
import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { pythonCommand } from '../../sandbox/programs/python-command.ts';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { ARGV_IS_VISIBLE, argvDuring } from '../support/argv.ts';
import { describeUnless } from '../support/test-unless.ts';

const python = await pythonCommand();
const withoutPython = python.available ? undefined : python.reason;
const reason = ARGV_IS_VISIBLE ? withoutPython : 'Only Linux lists arguments under /proc.';

describeUnless(reason)('argvDuring', () => {
  const command = python.available ? python.command : '';
  const marks = Array.from({ length: 20 }, () => randomUUID());
  /**
   * Starts a process with each mark among its arguments, and gives how many were seen. On a machine without a processor
   * to spare the thread itself has to wait, so the best of three times counts.
   */
  async function countSeen(start: (mark: string) => Promise<unknown>): Promise<number> {
    const counts = [];
    for (let time = 0; time < 3 && counts.at(-1) !== marks.length; time += 1) {
      const { argv } = await argvDuring(async () => {
        for (const mark of marks) await start(mark);
      });
      const seen = (mark: string) => argv.some((line) => line.includes('-S -c pass') && line.includes(mark));
      counts.push(marks.filter(seen).length);
    }
    return Math.max(...counts);
  }
  const MOST = 0.75 * marks.length;

  test('sees the arguments of a Python process that only starts and ends', async () => {
    const start = (mark: string) => runProgram(command, ['-I', '-S', '-c', 'pass', mark]);
    expect(await countSeen(start)).toBeGreaterThanOrEqual(MOST);
  });

  test('sees what a process becomes', async () => {
    // The mark is in a variable: only the program that the shell becomes has it among its arguments.
    const script = 'exec "$PYTHON" -I -S -c pass "$MARK"';
    const start = (MARK: string) => runProgram('/bin/sh', ['-c', script], { env: { PYTHON: command, MARK } });
    expect(await countSeen(start)).toBeGreaterThanOrEqual(MOST);
  });

  test('sees the arguments of a grandchild', async () => {
    const script =
      'import subprocess, sys; subprocess.run([sys.executable, "-I", "-S", "-c", "pass", sys.stdin.read()])';
    const start = (input: string) => runProgram(command, ['-I', '-c', script], { input });
    expect(await countSeen(start)).toBeGreaterThanOrEqual(MOST);
  });

  test('gives the result', async () => {
    expect((await argvDuring(async () => 'the result')).result).toBe('the result');
  });

  test('gives nothing of processes that ran before, or that others start', async () => {
    const [before = '', others = ''] = marks;
    await runProgram(command, ['-I', '-S', '-c', 'pass', before]);
    // What starts this loop ends at once, so the loop is nobody's child here.
    const LOOP = 'while true; do "$PYTHON" -I -S -c pass "$MARK"; done';
    const start = '/bin/sh -c "$LOOP" > /dev/null 2>&1 < /dev/null & echo $!';
    const { stdout } = await runProgram('/bin/sh', ['-c', start], { env: { PYTHON: command, MARK: others, LOOP } });
    try {
      const { argv } = await argvDuring(async () => {
        for (const mark of marks.slice(2)) await runProgram(command, ['-I', '-S', '-c', 'pass', mark]);
      });
      expect(argv.filter((line) => line.includes(before) || line.includes(others))).toEqual([]);
      expect(argv).not.toEqual([]);
    } finally {
      process.kill(Number(stdout));
    }
  });
});
