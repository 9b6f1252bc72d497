import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';

/** Section (or host, or server), then option, then value; see read_back.py. */
export type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What pip makes of its files. */
export interface PipAnswer {
  /** The file's own options, `section.option`. */
  readonly lines: Readonly<Record<string, string>>;
  /** The options of `pip install` when all files were read. */
  readonly options: {
    readonly index_url: string;
    readonly extra_index_urls: readonly string[];
    readonly no_index: boolean;
    readonly timeout: number;
    readonly find_links: readonly string[];
  };
}

interface Answers {
  config: Table;
  rewritten: string;
  netrc: Readonly<Record<string, readonly [string, string | null, string]>>;
  pip: PipAnswer;
  toml: unknown;
  twine: Table;
}

/** What was read, or the name of Python's exception. */
export type Answer<T> =
  | { readonly ok: T; readonly refused?: never }
  | { readonly refused: string; readonly ok?: never };

/** A Python that reads files, one at a time. */
export interface PythonReader {
  readonly read: <Format extends keyof Answers>(
    format: Format,
    file: Buffer,
    more?: Readonly<Record<string, string>>,
  ) => Promise<Answer<Answers[Format]>>;
}

const SCRIPT = fileURLToPath(new URL('read_back.py', import.meta.url));
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.stdin?.end();
});

/**
 * Starts one process that answers any number of questions until the test file is done. Import it at the top of the
 * file.
 */
export function startPythonReader(python: string): PythonReader {
  const child = spawn(python, [SCRIPT], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async read(format, file, more = {}) {
      child.stdin.write(`${JSON.stringify({ ...more, as: format, file: file.toString('base64') })}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${python} ended while it was asked for ${format}`);
      return JSON.parse(value);
    },
  };
}
