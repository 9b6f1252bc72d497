import { expect, test } from '@jest/globals';
import { isOutside } from '../../../src/apply/outside.ts';
import { sampleDisk, sampleMachine } from '../../support/sample-machine.ts';

const LINKS = { '/link': '/w', '/w/out': '/elsewhere', '/real': '/x' };

test.each([
  ['/usr/bin', true],
  ['/', true],
  ['/work', true],
  ['/wx/y', true],
  ['/w', false],
  ['/w/', false],
  ['/w/bin', false],
  ['/w/..bin', false],
  ['/w/bin..', false],
  ['/w/bin../x', false],
  ['/w/../usr/bin', true],
  ['/usr/../w/bin', false],
  ['/link/bin', false],
  ['/w/out/bin', false],
  ['/real/bin', true],
  ['', false],
  ['.', false],
  ['bin', false],
  ['../bin', false],
])('%j: %s', (path, outside) => {
  expect(isOutside(path, sampleMachine(), sampleDisk({}, LINKS))).toBe(outside);
});

test.each([
  ['D:\\bin', true],
  ['C:\\bin', true],
  ['C:\\work\\repo', false],
  ['c:\\WORK\\repo\\bin', false],
  ['C:\\work\\repo2', true],
  ['\\\\server\\share', true],
  ['bin', false],
  ['C:bin', false],
])('on Windows %j: %s', (path, outside) => {
  const machine = sampleMachine({ platform: 'win32', workspace: 'C:\\work\\repo' });
  expect(isOutside(path, machine, sampleDisk())).toBe(outside);
});

test('where the workspace is reached by a link, both of its paths are the workspace', () => {
  const machine = sampleMachine({ workspace: '/link' });
  for (const path of ['/link/bin', '/w/bin']) expect(isOutside(path, machine, sampleDisk({}, LINKS))).toBe(false);
});
