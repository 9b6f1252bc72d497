import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where twine looks, on every system. */
export const PYPIRC = join(homedir(), '.pypirc');

/** Bytes that a rewritten file would not have by chance: no newline at the end. */
export const OWN =
  '# my own\n[distutils]\nindex-servers = private\n\n[private]\nrepository = https://pypi.example.com/legacy/\nusername = me';
