/** What the tests of clients say about tokens in arguments is worth as much as the thread that reads the arguments sees. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { runProgram } from '../sandbox/python/program.ts';
import { pythonCommand } from '../sandbox/python/python-command.ts';
import { ARGV_IS_VISIBLE, argvDuring } from './support/argv.ts';

const NAME = 'argvDuring';
const python = await pythonCommand();
const reason = ARGV_IS_VISIBLE ? (python.available ? '' : python.reason) : 'Only Linux lists arguments under /proc.';
if (reason) process.stderr.write(`Skipped: "${NAME}". ${reason}\n`);

(reason ? describe.skip : describe)(NAME, () => {
  const command = python.available ? python.command : '';
  const marks = Array.from({ length: 20 }, () => randomUUID());
  /** How many of the processes with these words among their arguments were seen. */
  const seen = (argv: readonly string[], words: RegExp) =>
    marks.filter((mark) => argv.some((line) => words.test(line) && line.includes(mark))).length;
  /** All, where the machine has a processor to spare; on one that has not, the thread itself has to wait. */
  const MOST = marks.length / 2;

  test('sees the arguments of a Python process that only starts and ends', async () => {
    const { result, argv } = await argvDuring(async () => {
      for (const mark of marks) await runProgram(command, ['-I', '-S', '-c', 'pass', mark]);
      return 'the result';
    });
    expect(seen(argv, /-S -c pass/)).toBeGreaterThanOrEqual(MOST);
    expect(result).toBe('the result');
  });

  test('sees what a process becomes, and what it was before', async () => {
    // The mark is in a variable: only the program that the shell becomes has it among its arguments.
    const script = 'exec "$PYTHON" -I -S -c pass "$MARK"';
    const { argv } = await argvDuring(async () => {
      for (const MARK of marks) await runProgram('/bin/sh', ['-c', script], { env: { PYTHON: command, MARK } });
    });
    expect(seen(argv, /-S -c pass/)).toBeGreaterThanOrEqual(MOST);
    expect(argv.some((line) => line.startsWith('/bin/sh -c'))).toBe(true);
  });

  test('sees the arguments of a grandchild', async () => {
    const script =
      'import subprocess, sys; subprocess.run([sys.executable, "-I", "-S", "-c", "pass", sys.stdin.read()])';
    const { argv } = await argvDuring(async () => {
      for (const input of marks) await runProgram(command, ['-I', '-c', script], { input });
    });
    expect(seen(argv, /-S -c pass/)).toBeGreaterThanOrEqual(MOST);
  });

  test('gives nothing of processes that ran before', async () => {
    const [mark = ''] = marks;
    await runProgram(command, ['-I', '-S', '-c', 'pass', mark]);
    const { argv } = await argvDuring(() => runProgram(command, ['-I', '-S', '-c', 'pass']));
    expect(argv.filter((line) => line.includes(mark))).toEqual([]);
  });
});
