/** Writes docs/inputs-and-outputs.md from action.yml: `document-inputs.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

/** An input or output in action.yml. */
interface Declared {
  readonly description: string;
  readonly default?: string;
  readonly required?: boolean;
}

const ACTION = new URL('../../action.yml', import.meta.url);
const PAGE = new URL('../../docs/inputs-and-outputs.md', import.meta.url);

/** What stands for an input without a default that a step needs to work. */
const EXAMPLES: Readonly<Record<string, string>> = {
  repositories: 'https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/team/',
  'role-to-assume': 'arn:aws:iam::111122223333:role/ci',
};

/** Characters in a line. */
const WIDTH = 120;

/** @returns the page, in Markdown, for the text of an action.yml */
export function documentInputs(actionYml: string): string {
  const { inputs, outputs } = parse(actionYml) as Record<'inputs' | 'outputs', Record<string, Declared>>;
  return [
    '# Inputs and outputs',
    '<!-- Made from action.yml by `npm run document`; do not edit. -->',
    wrap(
      'What action.yml says of each, word for word. [The table in README.md](../README.md#inputs) links to the ' +
        'details.',
    ),
    '## All inputs in one block',
    'With their defaults. Only `repositories` is required; delete what you do not change.',
    oneBlock(inputs),
    '## Inputs',
    ...Object.entries(inputs).flatMap(describeInput),
    '## Outputs',
    ...Object.entries(outputs).flatMap(describeOutput),
  ]
    .map((block) => `${block}\n`)
    .join('\n');
}

/** A step with every input and its default. */
function oneBlock(inputs: Record<string, Declared>): string {
  const lines = Object.entries(inputs).map(([name, { default: value = '' }]) => {
    const text = EXAMPLES[name] ?? value;
    return `    ${name}: ${/^$|^(?:true|false)$/.test(text) ? `'${text}'` : text}`;
  });
  return ['```yaml', '- uses: codeartifact-keyring/action@v0', '  with:', ...lines, '```'].join('\n');
}

function describeInput([name, { description, default: value = '', required = false }]: [string, Declared]): string[] {
  const otherwise = required ? 'Required.' : value === '' ? 'Empty by default.' : `Default: \`${value}\`.`;
  return [`### ${name}`, wrap(asIs(description)), otherwise];
}

function describeOutput([name, { description }]: [string, Declared]): string[] {
  return [`### ${name}`, wrap(asIs(description))];
}

/** Escapes what Markdown would interpret, wherever a line begins. */
function asIs(text: string): string {
  return text.replace(/[\\`*<#]/g, '\\$&');
}

function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}

if (import.meta.main) writeFileSync(PAGE, documentInputs(readFileSync(ACTION, 'utf8')));
