import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readRegularFile } from '../../../src/machine/regular-file.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { NO_LINKS, NO_PIPES, testUnless } from '../../support/test-unless.ts';

const KIB = 1024;
const ODD = { text: '', obstacle: 'a pipe, a socket or a device' };

test('a file, as UTF-8, up to its bound', () => {
  const file = join(freshFolder(), 'file');
  writeFileSync(file, 'é\n');
  expect(readRegularFile(file, KIB)).toEqual({ text: 'é\n' });
  writeFileSync(file, 'a'.repeat(KIB));
  expect(readRegularFile(file, KIB)).toEqual({ text: 'a'.repeat(KIB) });
  writeFileSync(file, 'a'.repeat(KIB + 1));
  expect(readRegularFile(file, KIB)).toEqual({ text: '', obstacle: 'larger than 1 KiB' });
});

test('nothing where there is no file, or none that can be read', () => {
  const folder = freshFolder();
  for (const path of [join(folder, 'missing'), folder, '', 'nul\u0000l', 'x'.repeat(5000)]) {
    expect(readRegularFile(path, KIB)).toEqual({ text: '' });
  }
});

test('the null device is as good as an empty file', () => {
  expect(readRegularFile(devNull, KIB)).toEqual({ text: '' });
});

describe('what is no file', () => {
  testUnless(NO_PIPES)('a pipe is not waited for, also behind a link', () => {
    const folder = freshFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    symlinkSync(join(folder, 'pipe'), join(folder, 'link'));
    expect(readRegularFile(join(folder, 'pipe'), KIB)).toEqual(ODD);
    expect(readRegularFile(join(folder, 'link'), KIB)).toEqual(ODD);
  });

  testUnless(NO_PIPES)('a device without end is not read', () => {
    expect(readRegularFile('/dev/zero', KIB)).toEqual(ODD);
  });

  testUnless(NO_PIPES)('a socket', async () => {
    const socket = join(freshFolder(), 'socket');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    expect(readRegularFile(socket, KIB)).toEqual(ODD);
    server.close();
  });

  testUnless(NO_LINKS)('links in a circle', () => {
    const folder = freshFolder();
    symlinkSync(join(folder, 'one'), join(folder, 'other'));
    symlinkSync(join(folder, 'other'), join(folder, 'one'));
    expect(readRegularFile(join(folder, 'one'), KIB)).toEqual({ text: '' });
  });
});

test('a file that claims to be empty is read all the same', () => {
  if (process.platform !== 'linux') return;
  expect(readRegularFile('/proc/self/status', 64 * KIB).text).toContain('VmHWM');
});
