/** The list of index servers in ~/.pypirc, `[distutils] index-servers`: where twine looks which sections there are. */
import { type Block, type Option, PLAIN } from '../configparser/configparser.ts';
import type { Original } from './pypirc-section.ts';

/** The servers that twine (7.0.0) knows without a file, and forgets once there is a list. */
const BUILT_IN = ['pypi', 'testpypi'];

/**
 * Puts our names at the end of the list, which is made where there is none, with the servers that it hides.
 * @param lines of the file, the last one ended; each name becomes a line of its own
 */
export function addNames(lines: string[], blocks: readonly Block[], names: readonly string[]): void {
  const distutils = findDistutils(blocks);
  const list = findList(blocks);
  const entry = (indent: string) => (name: string) => `${indent}    ${name}\n`;
  const fresh = `index-servers =\n${[...new Set([...BUILT_IN, ...names])].map(entry('')).join('')}`;
  if (list) lines.splice(list.lastLine, 0, ...names.map(entry(list.indent)));
  else if (distutils) lines.splice(distutils.options.at(-1)?.lastLine ?? distutils.line, 0, fresh);
  else lines.push(`[distutils]\n${fresh}`);
}

/**
 * Takes our names out of the list, or the list away when it is ours and says nothing else.
 * @param lines of the file; each keeps its place, emptied
 * @param ours what the file lacked before us
 */
export function removeNames(
  lines: string[],
  blocks: readonly Block[],
  names: readonly string[],
  ours: Original['distutils'],
): void {
  const distutils = findDistutils(blocks);
  const list = findList(blocks);
  if (!distutils || !list) return;
  const known = new Set(['', ...names, ...BUILT_IN]);
  const foreign = list.value.split(/\s+/).some((name) => !known.has(name));
  if (ours === 'section' && distutils.options.length === 1 && !foreign) {
    clearLines(lines, distutils.line, list.lastLine);
  } else if (ours !== 'list' && !foreign) {
    clearLines(lines, list.line, list.lastLine);
  } else {
    removeWords(lines, list, new Set(names));
  }
}

/** Of each name the last place that has it: its own line as we write it, or a word in a line of another program. */
function removeWords(lines: string[], list: Option, names: Set<string>): void {
  for (let line = list.lastLine; line >= list.line; line--) {
    const text = lines[line - 1] ?? '';
    const start = line === list.line ? text.search(/[=:]/) + 1 : 0;
    const words = /^\s*[#;]/.test(text) ? [] : [...text.slice(start).matchAll(/\S+/g)];
    const ours = words.toReversed().filter(([word]) => names.delete(word));
    if (ours.length === 0) continue;
    const isWhole = ours.length === words.length && start === 0;
    lines[line - 1] = isWhole
      ? ''
      : without(
          text,
          ours.map(({ 0: word, index }) => ({ word, place: start + index })),
        );
  }
}

/** A text without words, each with the blank before it. They come from the last to the first. */
function without(text: string, words: readonly { readonly word: string; readonly place: number }[]): string {
  const kept: string[] = [];
  let end = text.length;
  for (const { word, place } of words) {
    kept.push(text.slice(place + word.length, end));
    end = /[ \t]/.test(text.charAt(place - 1)) ? place - 1 : place;
  }
  return [...kept, text.slice(0, end)].toReversed().join('');
}

/** What we have to add to the file for names to be listed: the whole section, the option, or names in its list. */
export function missingOf(blocks: readonly Block[]): Original['distutils'] {
  if (!findDistutils(blocks)) return 'section';
  return findList(blocks) ? 'list' : 'option';
}

function findDistutils(blocks: readonly Block[]): Block | undefined {
  return blocks.find(({ section }) => section === 'distutils');
}

/** The list of index servers as twine 7.0.0 finds it: an existing `[distutils]` may have it from `[DEFAULT]`. */
export function findList(blocks: readonly Block[]): Option | undefined {
  const distutils = findDistutils(blocks);
  if (!distutils) return undefined;
  const inherited = blocks.filter(({ section }) => section === PLAIN.defaultSection);
  return [distutils, ...inherited].flatMap(({ options }) => options).find(({ name }) => name === 'index-servers');
}

/** Empties the lines `from` to `to`, counted from 1. */
export function clearLines(lines: string[], from: number, to: number): void {
  lines.fill('', from - 1, to);
}
