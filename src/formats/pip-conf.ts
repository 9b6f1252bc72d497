/** The pip.conf of a job: our indexes, and the user's own settings in everything else. Pure text. */
import { stringify } from 'ini';
import { PLAIN, readConfig } from '../configparser/configparser.ts';
import { describeMistake } from '../configparser/mistakes.ts';
import type { UserFile } from '../machine/disk.ts';
import { each, failWithAll } from '../messages/problems.ts';
import { decode, nameReplaced } from './user-text.ts';

/** The options that say where pip looks for packages; `pypi-url` is pip's other word for `index-url`. */
export const INDEX_OPTIONS: readonly string[] = ['index-url', 'pypi-url', 'extra-index-url', 'no-index'];
const MAIN_INDEX_OPTIONS = ['index-url', 'pypi-url'];

/** The URLs of the indexes, with a token in them where the netrc has none. */
export interface PipIndexes {
  /** Undefined: pip keeps its own. */
  readonly main: string | undefined;
  readonly extra: readonly string[];
}

/** Section, then option, then value, as pip understands them. */
type Settings = Map<string, Map<string, string>>;

/**
 * Ours replaces the user's files, so it says everything that they say but the indexes. An index option in the section
 * of a command (`[install]`) overrides `[global]`, so it is left out there too. Where each client keeps its default
 * index, the user's own is that default, in whatever section it stands.
 * @returns the file's bytes, and a note for each option of the user's that is left out
 * @throws {Problems} for files of the user's that cannot be read
 */
export function writePipConf(
  indexes: PipIndexes,
  userFiles: readonly UserFile[],
): { readonly bytes: Buffer; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const { texts, encoding } = decode(userFiles);
  const settings: Settings = new Map();
  const read = each(userFiles.entries(), ([index, { path }]) => ({
    path,
    said: readOptions(path, texts[index] ?? ''),
  }));
  for (const { path, said } of read) {
    for (const [section, options] of said) {
      for (const [name, value] of options) {
        const ours = INDEX_OPTIONS.includes(name);
        const keepsDefault = indexes.main === undefined && MAIN_INDEX_OPTIONS.includes(name);
        if (ours && !keepsDefault) notes.push(`pip: ${name} in [${section}] of ${path} is not used in this job.`);
        else settings.set(section, (settings.get(section) ?? new Map()).set(name, value));
      }
    }
  }
  const userGlobal = settings.get('global') ?? new Map<string, string>();
  settings.delete('global');
  // Written even if empty: a list in /etc/pip.conf or the environment's own pip.conf would stay in force, and a
  // `pypi-url` there overrides our `index-url` if an `index-url` stands above it.
  const global = {
    ...(indexes.main === undefined ? {} : { 'index-url': indexes.main, 'pypi-url': '' }),
    'extra-index-url': indexes.extra.join(' '),
    'no-index': 'false',
  };
  const text = [
    ...userFiles.map(nameReplaced),
    // Line feeds on Windows too, as in everything else here.
    stringify({ global }, { platform: 'linux' }),
    writeOptions(userGlobal),
    ...[...settings].map(([section, options]) => `[${section}]\n${writeOptions(options)}`),
  ].join('');
  return { bytes: Buffer.from(text, encoding), notes };
}

/**
 * What the shared files, which pip reads beside ours, say in the section of a command: that overrides our `[global]`.
 * @param sought the options that count
 */
export function sharedIndexOptions(files: readonly UserFile[], sought: readonly string[]): string[] {
  return files.flatMap((file) =>
    readConfig(decode([file]).texts.join(''), PLAIN).blocks.flatMap(({ section, options }) =>
      section === 'global'
        ? []
        : options
            .filter(({ name }) => sought.includes(optionName(name)))
            .map(({ name, line }) => `${optionName(name)} in [${section}] of ${file.path} (line ${line})`),
    ),
  );
}

function readOptions(path: string, text: string): Settings {
  const { blocks, mistakes } = readConfig(text, PLAIN);
  failWithAll(mistakes.map((mistake) => describeMistake(path, mistake, 'pip')));
  const defaults = blocks.filter(({ section }) => section === 'DEFAULT').flatMap(({ options }) => options);
  const settings: Settings = new Map();
  for (const { section, options } of blocks) {
    if (section === 'DEFAULT') continue;
    // Two spellings of a name are two options to Python, in this order, and one to pip (which refuses them from 26.3
    // on).
    const spelled = new Map([...defaults, ...options].map(({ name, value }) => [name, value]));
    settings.set(section, new Map([...spelled].map(([name, value]) => [optionName(name), value])));
  }
  return settings;
}

/** pip 26.3, `_normalize_name`. */
function optionName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-').replace(/^--/, '');
}

/**
 * A value of several lines goes on in indented ones, as `RawConfigParser.write` has it. A name that would be none, make
 * its line a comment or a header, or lose a `--` of its own, had a `--` in front, and gets it back.
 */
function writeOptions(options: ReadonlyMap<string, string>): string {
  return [...options]
    .map(([name, value]) => `${/^(?:$|[#;[]|--)/.test(name) ? '--' : ''}${name} = ${value.replaceAll('\n', '\n\t')}\n`)
    .join('');
}
