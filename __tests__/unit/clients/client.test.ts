import { dirname, join, posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { configFolder, describeSet, leftBehind, readUserFiles } from '../../../src/clients/client.ts';
import { pipUserPaths } from '../../../src/clients/pip-paths.ts';
import { writePipConf } from '../../../src/formats/pip-conf.ts';
import { DISK } from '../../../src/machine/disk.ts';
import type { Environment } from '../../../src/machine/machine.ts';
import { place } from '../../support/files.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { sampleMachine } from '../../support/sample-machine.ts';
import { sampleSetup } from '../../support/sample-setup.ts';

/** Windows has no line breaks and quotes in names. */
const ODD_NAME = process.platform === 'win32' ? 'h\u00e9 \u{1f600} #x' : 'h\u00e9 \u{1f600}\n#"x"';

/** A setup on this machine's disk, with that private folder. */
const setupIn = (folder: string) => ({ ...sampleSetup({ pathOf: (file) => join(folder, file) }), disk: DISK });

const write = (path: string, content: string | Buffer) => {
  place(path, content as string);
  return path;
};

describe('where an earlier step of the job has written a pip.conf of ours', () => {
  test("the user's own files count, whatever their names and their bytes, and not the settings of ours", () => {
    const home = freshFolder();
    const own = join(freshFolder(), 'pip.conf');
    const first = write(posix.join(home, '.pip/pip.conf'), '[global]\ntimeout = 1\n');
    const odd = write(posix.join(home, ODD_NAME, 'pip/pip.conf'), Buffer.from('[global]\ncert = \xff\n', 'latin1'));
    const environment = { XDG_CONFIG_HOME: dirname(dirname(odd)) };
    const filesIn = (variables: Environment) => {
      const paths = pipUserPaths(sampleMachine({ home, environment: variables }), DISK);
      const { files, warnings } = readUserFiles(paths, 'pip.conf', setupIn(dirname(own)));
      expect(warnings).toEqual([]);
      return files;
    };
    const before = filesIn(environment);
    expect(before.map(({ path }) => path)).toEqual([first, odd]);
    const indexes = { main: 'https://index.example/', extra: [] };
    write(own, writePipConf(indexes, before).bytes);
    const after = filesIn({ ...environment, PIP_CONFIG_FILE: own });
    expect(after).toEqual(before);
    write(own, writePipConf(indexes, after).bytes);
    expect(filesIn({ PIP_CONFIG_FILE: own })).toEqual(before);
  });

  test('a file that the user removed meanwhile, or a comment that somebody spoilt, is nothing', () => {
    const home = freshFolder();
    const comments = [`"${home}/missing"`, `${home}/pip.conf`, '"', '', '{}', 'null', '["/etc/passwd"]', '7'];
    const own = write(
      join(home, 'pip.conf'),
      `${comments.map((text) => `# In the place of ${text}\n`).join('')}[global]\n`,
    );
    expect(readUserFiles([own], 'pip.conf', setupIn(dirname(own))).files).toEqual([]);
    expect(readUserFiles([own], 'pip.conf', setupIn('/elsewhere')).files).toHaveLength(1);
    // Where none can be ours, none is, whatever the path of nothing is.
    expect(readUserFiles([own], '', { ...setupIn(dirname(own)), pathOf: () => own }).files).toHaveLength(1);
  });
});

describe('a file of the user that is larger than 1 MiB', () => {
  const folder = freshFolder();
  const small = write(join(folder, 'small'), 'small');
  const [large, another] = ['large', 'another'].map((name) =>
    write(join(folder, name), Buffer.alloc(1024 * 1024 + 1, '#')),
  ) as [string, string];
  const missing = join(folder, 'missing');
  const warning = (path: string) =>
    `${path} is larger than 1 MiB, so its settings are left out in this job; make it smaller.`;

  const empty = (path: string) => ({ path, bytes: Buffer.alloc(0), isTooLarge: true });

  test('counts as empty, with a warning for each', () => {
    const { files, warnings } = readUserFiles([large, missing, small, another], '', setupIn('/private'));
    expect(files).toEqual([
      empty(large),
      { path: small, bytes: Buffer.from('small'), isTooLarge: false },
      empty(another),
    ]);
    expect(warnings).toEqual([warning(large), warning(another)]);
    const limit = write(join(folder, 'limit'), Buffer.alloc(1024 * 1024, '#'));
    expect(readUserFiles([limit], '', setupIn('/private'))).toMatchObject({ files: [{ path: limit }], warnings: [] });
  });

  test('does so also where a file of ours names it', () => {
    const own = write(join(folder, 'own'), `# In the place of ${JSON.stringify(large)}\n`);
    expect(readUserFiles([own], 'own', setupIn(folder))).toEqual({
      files: [empty(large)],
      warnings: [warning(large)],
    });
  });
});

test('the folder of the settings of a user, as platformdirs has it', () => {
  const folderOn = (platform: NodeJS.Platform, environment = {}) =>
    configFolder(sampleMachine({ platform, environment }));
  expect(folderOn('linux')).toBe('/home/user/.config');
  expect(folderOn('darwin')).toBe('/home/user/Library/Application Support');
  for (const platform of ['linux', 'darwin'] as const) {
    expect(folderOn(platform, { XDG_CONFIG_HOME: '/x' })).toBe('/x');
    expect(folderOn(platform, { XDG_CONFIG_HOME: '' })).toBe(folderOn(platform));
  }
});

test('a sentence for each variable that is set and not empty', () => {
  const environment = { ONE: 'never-told', EMPTY: '', TWO: 'x', OTHER: 'x' };
  expect(describeSet(['TWO', 'EMPTY', 'ONE', 'MISSING'], environment, 'overrides a file')).toEqual([
    'The variable TWO is set, which overrides a file; unset it.',
    'The variable ONE is set, which overrides a file; unset it.',
  ]);
});

test('what an earlier step has left behind', () => {
  expect(leftBehind('UV_DEFAULT_INDEX', 'uv')).toEqual([
    'uv still uses the index of an earlier step, because GitHub cannot unset its variable UV_DEFAULT_INDEX; use the ' +
      'same index-url in all steps of the job.',
  ]);
});
