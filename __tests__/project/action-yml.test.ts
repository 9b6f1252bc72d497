import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readPairs } from '../../sandbox/runner/file-commands.ts';
import { planTokenRequests } from '../../src/access/token-request.ts';
import { joinChanges } from '../../src/clients/changes.ts';
import { readInputs } from '../../src/inputs.ts';
import { setOutputs } from '../../src/outputs.ts';
import { setInputs } from '../support/action-inputs.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { sampleInputs } from '../support/sample-inputs.ts';
import { machineWith, sampleDisk, sampleMachine } from '../support/sample-machine.ts';
import { sampleRepository } from '../support/sample-repository.ts';
import { printedBy } from '../support/step-output.ts';

interface Declared {
  readonly description: string;
  readonly default?: string;
  readonly required?: boolean;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'));
const inputs: Readonly<Record<string, Declared>> = action.inputs;
const outputs: Readonly<Record<string, Declared>> = action.outputs;
const names = (declared: object) => Object.keys(declared).toSorted();

const REPOSITORY = { repositories: sampleRepository().url };
const read = () => printedBy(readInputs).result;

/** The names of the inputs that are asked for while the action runs. */
function inputsThatAreRead(): string[] {
  setInputs(REPOSITORY);
  const seen = new Set<string>();
  const environment = process.env;
  process.env = new Proxy(environment, {
    get: (target, name) => {
      const [, input] = /^INPUT_(.*)$/.exec(String(name)) ?? [];
      if (input !== undefined) seen.add(input.toLowerCase());
      return target[String(name)];
    },
  });
  try {
    read();
  } finally {
    process.env = environment;
  }
  return [...seen].toSorted();
}

/** The names of the outputs that a run sets. */
function outputsThatAreSet(): string[] {
  const file = join(freshFolder(), 'output');
  writeFileSync(file, '');
  const token = { value: 'token-of-the-report', expiration: new Date(0) };
  const { requests } = planTokenRequests(sampleInputs(), undefined, sampleMachine(), sampleDisk());
  const granted = requests.map((request) => ({ ...request, token }));
  setOutputs({
    granted,
    changes: joinChanges([]),
    inputs: sampleInputs(),
    folder: '/folder',
    pypirc: undefined,
    machine: machineWith({ GITHUB_OUTPUT: file }),
  });
  return [...readPairs(readFileSync(file, 'utf8'))].map(([name]) => name).toSorted();
}

describe('action.yml', () => {
  // One that is read and not declared could be set by an earlier step through GITHUB_ENV.
  test('declares every input that is read, and no other', () => {
    expect(inputsThatAreRead()).toEqual(names(inputs));
  });

  test('no other file reads inputs', () => {
    const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const readers = files.filter((name) =>
      /getInput|getMultilineInput|getBooleanInput|INPUT_/.test(readFileSync(join(ROOT, 'src', name), 'utf8')),
    );
    // The first connections are opened before the code is loaded that judges the inputs.
    expect(readers.toSorted()).toEqual(['aws/dial-first.ts', 'inputs.ts']);
  });

  test('declares every output that is set, and no other', () => {
    expect(outputsThatAreSet()).toEqual(names(outputs));
  });

  test('its defaults are those of the code', () => {
    setInputs(REPOSITORY);
    const unset = read();
    setInputs({
      ...Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.default ?? ''])),
      ...REPOSITORY,
    });
    expect(read()).toEqual(unset);
    expect(Object.keys(inputs).filter((name) => inputs[name]?.required)).toEqual(['repositories']);
  });

  test('describes everything, in strings that the runner takes as they are', () => {
    for (const [name, { description, ...more }] of Object.entries({ ...inputs, ...outputs })) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(description).toMatch(/\S/);
      expect(['string', 'undefined']).toContain(typeof more.default);
      expect(more.default ?? '').not.toContain('${'.concat('{'));
    }
  });

  test('runs what is built', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/main/index.js', post: 'dist/post/index.js' });
    for (const script of [action.runs.main, action.runs.post]) expect(existsSync(join(ROOT, script))).toBe(true);
    expect(action.name.length * action.description.length * action.branding.icon.length).toBeGreaterThan(0);
  });
});

describe('README.md', () => {
  /** The rows of the table under a heading: the name of each, and its second cell. */
  const rows = (heading: string) => {
    const chapter =
      readFileSync(join(ROOT, 'README.md'), 'utf8')
        .split(/^## /m)
        .find((part) => part.startsWith(`${heading}\n`)) ?? '';
    return new Map(
      [...chapter.matchAll(/^\| `([^`]+)` \| ?(.*?) ?\|/gm)].map(([, name = '', cell = '']) => [name, cell]),
    );
  };

  test('has a row for every input, with its default', () => {
    const table = rows('Inputs');
    expect([...table.keys()]).toEqual(Object.keys(inputs));
    for (const [name, { default: value = '', required }] of Object.entries(inputs)) {
      if (required) expect({ name, cell: table.get(name) }).toEqual({ name, cell: 'required' });
      else if (value !== '') expect({ name, cell: table.get(name) }).toEqual({ name, cell: `\`${value}\`` });
    }
  });

  test('has a row for every output', () => {
    expect([...rows('Outputs').keys()]).toEqual(Object.keys(outputs));
  });
});
