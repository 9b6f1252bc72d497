/** What GitHub's Marketplace asks of an action, and the types that other tools read. Reads files only. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readInputs } from '../../src/inputs.ts';
import { setInputs } from '../support/action-inputs.ts';
import { sampleRepository } from '../support/sample-repository.ts';
import { printedBy } from '../support/step-output.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const action = parse(read('action.yml'));

/** https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#branding */
const COLOURS = ['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark'];
/** Icons of Feather 4.28 that the same page leaves out. */
const LEFT_OUT = ['coffee', 'columns', 'divide', 'frown', 'hexagon', 'key', 'meh', 'mouse-pointer', 'smile', 'tool'];

describe('the Marketplace', () => {
  test('the description has fewer than 125 characters, and package.json says the same', () => {
    expect(action.description.length).toBeLessThan(125);
    expect(JSON.parse(read('package.json')).description).toBe(action.description);
  });

  test('name, author, icon and colour are as it takes them', () => {
    expect(action.name).toBe('CodeArtifact Keyring');
    expect(read('README.md').split('\n')[0]).toBe(`# ${action.name}`);
    expect(action.author).toMatch(/\S/);
    expect(action.branding.icon).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(LEFT_OUT).not.toContain(action.branding.icon);
    expect(COLOURS).toContain(action.branding.color);
  });

  test.each(['LICENSE', 'README.md', 'CONTRIBUTING.md', 'CODE_OF_CONDUCT.md', 'SECURITY.md', 'SUPPORT.md'])(
    'the community finds %s',
    (file) => expect(existsSync(join(ROOT, file))).toBe(true),
  );
});

interface Typed {
  readonly type: string;
  readonly separator?: string;
  readonly 'allowed-values'?: string[];
  readonly 'list-item'?: Typed;
}

describe('action-types.yml', () => {
  const types: Record<'inputs' | 'outputs', Record<string, Typed>> = parse(read('action-types.yml'));
  const inputs = Object.entries(types.inputs);

  test('has a type for every input and output of action.yml, in their order', () => {
    expect(Object.keys(types.inputs)).toEqual(Object.keys(action.inputs));
    expect(Object.keys(types.outputs)).toEqual(Object.keys(action.outputs));
  });

  // https://github.com/typesafegithub/github-actions-typing
  test('each is of a kind that there is', () => {
    const kinds = [...Object.values(types.inputs), ...Object.values(types.outputs)].map(({ type }) => type);
    expect(kinds.filter((type) => !['string', 'boolean', 'integer', 'enum', 'list'].includes(type))).toEqual([]);
  });

  /** Whether the action takes a value of an input. */
  function takes(name: string, value: string): boolean {
    const url = sampleRepository().url;
    setInputs({ repositories: url, [name]: value });
    try {
      printedBy(readInputs);
      return true;
    } catch {
      return false;
    }
  }

  const enums = inputs.flatMap(([name, typed]) => {
    const values = typed['allowed-values'] ?? typed['list-item']?.['allowed-values'];
    return values === undefined ? [] : [[name, values] as const];
  });
  test.each(enums)('%s: the action takes each value, and no other', (name, values) => {
    expect(values.filter((value) => !takes(name, value))).toEqual([]);
    expect(takes(name, 'no-such-value')).toBe(false);
  });

  const booleans = inputs.filter(([, { type }]) => type === 'boolean').map(([name]) => name);
  test.each(booleans)('%s: the action takes true and false only', (name) => {
    expect([takes(name, 'true'), takes(name, 'false'), takes(name, 'maybe')]).toEqual([true, true, false]);
  });

  test('a list is split at its separator', () => {
    const { tools, repositories } = types.inputs;
    expect(takes('tools', tools?.['list-item']?.['allowed-values']?.join(tools.separator) ?? '')).toBe(true);
    const urls = ['team', 'shared'].map((name) => sampleRepository({ name }).url);
    expect(takes('repositories', urls.join(repositories?.separator))).toBe(true);
  });
});
