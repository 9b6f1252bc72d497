/**
 * Prints the section of a version in CHANGELOG.md, for the release of a tag: `release-notes.ts vMAJOR.MINOR.PATCH`.
 * Fails where the tag, package.json and CHANGELOG.md do not agree on the version.
 */
import { readFileSync } from 'node:fs';

const tag = process.argv[2] ?? '';
const version = /^v(\d+\.\d+\.\d+)$/.exec(tag)?.[1];
if (version === undefined) throw new Error(`The tag "${tag}" is not of the form vMAJOR.MINOR.PATCH.`);

const manifest = JSON.parse(read('../../package.json')) as { version: string };
if (manifest.version !== version) throw new Error(`package.json says ${manifest.version}, the tag ${tag}.`);

// A section begins with a header such as "## [1.2.3] - 2026-11-23", and ends before the next one or the links.
const [, ...sections] = read('../../CHANGELOG.md').split(/^(?=## \[)/m);
const section = sections.find((each) => each.startsWith(`## [${version}] - `));
const notes = section
  ?.split(/^\[[^\]]+\]: /m)[0]
  ?.split('\n')
  .slice(1)
  .join('\n')
  .trim();
if (!notes) throw new Error(`CHANGELOG.md has no section "## [${version}] - DATE" that says something.`);
console.log(notes);

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}
