/** The modules of src/, as docs/development.md and the unit tests know them. A module is a path without `.ts`. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** All modules, sorted. */
export const MODULES = modulesIn('src', '.ts');

/** The modules that have a unit test of their own, sorted. */
export const UNIT_TESTED = [
  ...new Set(modulesIn('__tests__/unit', '.test.ts').map((name) => name.split('.')[0] ?? '')),
];

/** The room of a module; empty for one that lies in none. */
export function roomOf(module: string): string {
  return dirname(module).replace(/^\.$/, '');
}

/** The rooms in the order that docs/development.md lists; the last one is empty. */
export function readRooms(): string[] {
  return [...chapter('The rooms of src/').matchAll(/^\d+\. `(?:src)?([a-z]*)\/`/gm)].map(([, room = '']) => room);
}

/** The edges that docs/development.md lists, sorted. */
export function readEdges(): string[] {
  const cells = [...chapter('The edges').matchAll(/^\| (`[^|]+) \|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)\.ts`/g)].map(([, module = '']) => module)).toSorted();
}

/** What tests the modules without a unit test of their own: the unit tests of others, whole jobs, nothing for types. */
export const TESTED_BY: Readonly<Record<string, readonly string[]>> = {
  'apply/dead-sections': ['jobs/shared-machine', 'unit/apply/pypirc-file'],
  'apply/file-content': ['unit/apply/pypirc-file', 'unit/apply/shared-file'],
  'apply/private-place': ['unit/apply/private-folder'],
  'aws/advice': ['unit/aws/explain'],
  'aws/check-repositories': ['jobs/preflight-aws'],
  'aws/credentials': ['jobs/identities', 'jobs/roles'],
  'aws/dial-first': ['jobs/early-connections'],
  'aws/head-start': ['jobs/early-connections'],
  'aws/load-sdk': ['jobs/bundles', 'jobs/early-connections'],
  'aws/missing-credentials': ['unit/aws/explain'],
  'aws/profiles': ['unit/aws/credential-files', 'unit/aws/explain'],
  'aws/progress': ['unit/aws/explain', 'unit/aws/codeartifact'],
  'aws/wait': ['unit/aws/explain', 'unit/aws/codeartifact'],
  'aws/web-streams': ['jobs/bundles'],
  'clean-up': ['jobs/clean-up', 'jobs/attacks'],
  'clients/declared': ['unit/clients/table'],
  'clients/pdm-settings': ['unit/clients/pdm'],
  'configparser/comment-start': ['unit/configparser/configparser'],
  'configparser/mistakes': ['unit/configparser/configparser', 'unit/formats/pip-conf'],
  'configparser/python-text': ['unit/configparser/configparser'],
  'formats/pypirc-list': ['unit/formats/pypirc', 'slow/pypirc.properties'],
  'formats/pypirc-section': ['unit/formats/pypirc', 'slow/pypirc.properties'],
  configure: ['jobs/report', 'jobs/errors'],
  'github/process-end': ['jobs/process-end'],
  'github/standard-error': ['jobs/runner-bounds'],
  'github/time-limit': ['jobs/post-end'],
  'keyringrc/section': ['unit/access/settings'],
  main: ['jobs/report'],
  'messages/remarks': [],
  outputs: ['jobs/report', 'jobs/plan'],
  post: ['jobs/clean-up'],
  report: ['jobs/report', 'unit/github/log'],
  'repositories/address-mistakes': ['unit/repositories/repository-address'],
  'repositories/region': ['unit/repositories/repository', 'unit/aws/hosts'],
  run: ['jobs/report', 'jobs/errors'],
  summary: ['jobs/report'],
};

function modulesIn(folder: string, end: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith(end))
    .map((name) => name.slice(0, -end.length))
    .toSorted();
}

function chapter(heading: string): string {
  const page = readFileSync(join(ROOT, 'docs/development.md'), 'utf8');
  return page.split(/^##+ /m).find((text) => text.startsWith(heading)) ?? '';
}
