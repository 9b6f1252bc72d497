import { describe, expect, test } from '@jest/globals';
import { findProgram } from '../../../src/apply/find-program.ts';
import { sampleDisk, sampleMachine } from '../../support/sample-machine.ts';

const find = (PATH: string | undefined, paths: readonly string[], links: Record<string, string> = {}) =>
  findProgram(
    'pip',
    sampleMachine({ environment: { PATH } }),
    sampleDisk(Object.fromEntries(paths.map((path) => [path, ''])), links),
  );

describe('a program', () => {
  test('is the first on the PATH', () => {
    expect(find('/a:/b:/c', ['/b/pip', '/c/pip'])).toEqual({ path: '/b/pip', passedOver: [] });
    expect(find('/a', ['/b/pip', '/a/pip3'])).toEqual({ path: undefined, passedOver: [] });
    expect(find(undefined, ['/w/pip', '/usr/bin/pip'])).toEqual({ path: undefined, passedOver: ['/w/pip'] });
  });

  test.each(['', '.', './', 'bin/..', '/w', '/w/', '/usr/../w', '/link'])(
    'of the workspace is passed over, where the PATH has %j',
    (entry) => {
      const links = { '/link': '/w' };
      const own = entry === '/link' ? '/link/pip' : '/w/pip';
      const both = find(`${entry}:/usr/bin`, [own, '/usr/bin/pip'], links);
      expect(both).toEqual({ path: '/usr/bin/pip', passedOver: [own] });
      expect(find(`/usr/bin:${entry}`, [own, '/usr/bin/pip'], links)).toEqual({
        path: '/usr/bin/pip',
        passedOver: [],
      });
      expect(find(entry, [own], links)).toEqual({ path: undefined, passedOver: [own] });
    },
  );

  test('that is a link into the workspace is one of it', () => {
    const links = { '/usr/bin/pip': '/w/evil' };
    expect(find('/usr/bin', ['/usr/bin/pip'], links)).toEqual({ path: undefined, passedOver: ['/usr/bin/pip'] });
  });

  test('of a folder that the workspace has a link to is one of it too', () => {
    const links = { '/w/bin': '/tmp/bin' };
    expect(find('bin:/w/bin', ['/w/bin/pip'], links).passedOver).toEqual(['/w/bin/pip', '/w/bin/pip']);
  });

  test('has an extension on Windows, in the order of PATHEXT', () => {
    const machine = (environment: Record<string, string>) =>
      sampleMachine({ platform: 'win32', workspace: 'C:\\w', environment });
    const disk = sampleDisk({ 'C:/a/pip.CMD': '', 'C:/a/pip.EXE': '', 'C:/b/pip.py': '', 'C:/w/pip.EXE': '' });
    expect(findProgram('pip', machine({ PATH: 'C:\\b;C:\\a' }), disk).path).toBe('C:\\a\\pip.EXE');
    expect(findProgram('pip', machine({ PATH: 'C:\\b;C:\\a', PATHEXT: '.py;.CMD' }), disk).path).toBe('C:\\b\\pip.py');
    expect(findProgram('pip', machine({ PATH: ';C:\\a' }), disk)).toEqual({
      path: 'C:\\a\\pip.EXE',
      passedOver: ['C:\\w\\pip.EXE'],
    });
  });
});
