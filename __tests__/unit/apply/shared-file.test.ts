import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Change } from '../../../src/apply/file-content.ts';
import { editShared, type SharedFile, shrinkShared } from '../../../src/apply/shared-file.ts';
import { freshFolder } from '../../support/fresh-folder.ts';
import { kept, modeOf } from '../../support/permission-bits.ts';
import { NO_PERMISSION_BITS, testUnless } from '../../support/test-unless.ts';

const TEXT = 'kept\nours\n';

function sharedFile(text?: string): SharedFile {
  const path = join(freshFolder(), 'shared');
  if (text !== undefined) writeFileSync(path, text);
  return { path, owner: 'a'.repeat(32), platform: process.platform, patience: 30_000, remedy: 'x' };
}

const beside = ({ path }: SharedFile) => readdirSync(dirname(path));
const textOf = ({ path }: SharedFile) => readFileSync(path, 'utf8');
const toText =
  (text: string | undefined, isLast = false): Change =>
  (file) =>
    file?.text.includes('ours') ? { text, mode: 0o640, isLast } : undefined;

describe.each([
  ['an edit', editShared],
  ['one that makes it shorter', shrinkShared],
])('%s', (_, edit) => {
  test('changes the text and the mode', async () => {
    const file = sharedFile(TEXT);
    expect(await edit(file, toText('kept\n'))).toBe('changed');
    expect([textOf(file), modeOf(file.path), beside(file)]).toEqual(['kept\n', kept(0o640), ['shared']]);
  });

  test('takes the file away', async () => {
    const file = sharedFile(TEXT);
    expect(await edit(file, toText(undefined))).toBe('changed');
    expect(beside(file)).toEqual([]);
  });

  test('leaves alone what is not to change', async () => {
    const file = sharedFile('kept\n');
    expect(await edit(file, toText('other'))).toBe('unchanged');
    expect(await edit(sharedFile(), toText('other'))).toBe('unchanged');
    expect([textOf(file), beside(file)]).toEqual(['kept\n', ['shared']]);
  });

  testUnless(NO_PERMISSION_BITS)('puts the mode right where the text stays', async () => {
    const file = sharedFile(TEXT);
    chmodSync(file.path, 0o644);
    expect(await edit(file, toText(TEXT))).toBe('unchanged');
    expect([textOf(file), modeOf(file.path), beside(file)]).toEqual([TEXT, kept(0o640), ['shared']]);
    const gone = sharedFile();
    expect(await edit(gone, () => ({ text: undefined, mode: 0o600 }))).toBe('unchanged');
    expect(beside(gone)).toEqual([]);
  });

  test('begins anew where the file has changed since it was read', async () => {
    const file = sharedFile(TEXT);
    let reads = 0;
    const change: Change = (content) => {
      reads += 1;
      // Another program knows no lock.
      if (reads === 1) writeFileSync(file.path, `theirs\n${TEXT}`);
      return { text: content?.text.replace('ours\n', ''), mode: 0o600 };
    };
    expect(await edit(file, change)).toBe('changed');
    expect([textOf(file), reads, beside(file)]).toEqual(['theirs\nkept\n', 2, ['shared']]);
  });
});

test('a file is made where there was none', async () => {
  const file = sharedFile();
  expect(await editShared(file, () => ({ text: 'new', mode: 0o600 }))).toBe('changed');
  expect([textOf(file), modeOf(file.path), beside(file)]).toEqual(['new', kept(0o600), ['shared']]);
});

describe('where nothing can be made beside it', () => {
  const isRoot = process.getuid?.() === 0;
  const folders: string[] = [];
  afterEach(() => {
    if (isRoot) process.seteuid?.(0);
    for (const folder of folders.splice(0)) chmodSync(folder, 0o755);
  });

  /** A file in a folder where this user may not make another. Root may do all, so it steps down. */
  function lockedIn(text: string): SharedFile {
    const file = sharedFile(text);
    chmodSync(dirname(file.path), 0o555);
    folders.push(dirname(file.path));
    if (isRoot) {
      chownSync(file.path, 65_534, 65_534);
      process.seteuid?.(65_534);
    }
    return file;
  }

  const cases: [string, Change, string, string][] = [
    ['blank lines are left for those who are still in it', toText('kept\n'), 'blanked', 'kept\n\n\n\n\n\n'],
    ['the last one leaves none', toText('kept\n', true), 'changed', 'kept\n'],
    ['a file that should go is left empty', toText(undefined, true), 'blanked', ''],
    ['what has nothing to be taken out stays', () => undefined, 'unchanged', TEXT],
    ['what stays the same is no change', toText(TEXT), 'unchanged', TEXT],
  ];
  for (const [name, change, edited, text] of cases) {
    testUnless(NO_PERMISSION_BITS)(name, async () => {
      const file = lockedIn(TEXT);
      expect(await shrinkShared(file, change)).toBe(edited);
      expect([textOf(file), beside(file)]).toEqual([text, ['shared']]);
    });
  }

  testUnless(NO_PERMISSION_BITS)('an edit that makes it longer fails, and says where', async () => {
    const file = lockedIn(TEXT);
    const dest = `${file.path}.codeartifact-keyring.lock`;
    await expect(editShared(file, toText(`${TEXT}more`))).rejects.toMatchObject({ code: 'EACCES', dest });
    expect([textOf(file), beside(file)]).toEqual([TEXT, ['shared']]);
  });

  testUnless(NO_PERMISSION_BITS)('what another job writes back a moment later is taken out too', async () => {
    const file = lockedIn(TEXT);
    const written = setTimeout(50).then(() => writeFileSync(file.path, TEXT));
    expect(await shrinkShared(file, toText('kept\n', true))).toBe('changed');
    await written;
    expect(textOf(file)).toBe('kept\n');
  });

  testUnless(NO_PERMISSION_BITS)('a file that has gone is fine', async () => {
    const file = lockedIn(TEXT);
    expect(await shrinkShared({ ...file, path: `${file.path}-not` }, toText(''))).toBe('unchanged');
    expect(existsSync(`${file.path}-not`)).toBe(false);
  });
});
