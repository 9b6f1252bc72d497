/** Makes workflows that a linter can read of the YAML examples in the documents. */
import { parse } from 'yaml';

/** A fenced block of YAML in a document. */
export interface Example {
  /** The document's path. */
  readonly file: string;
  /** Number of the first line after the fence, from 1. */
  readonly line: number;
  /** Without the indentation of the fence. */
  readonly text: string;
}

/** A whole workflow around an example. */
export interface Workflow {
  readonly text: string;
  /** Number of lines before the example. */
  readonly before: number;
}

/** The action in the documents; in a workflow of this repository it is `./`. */
const ACTION = /codeartifact-keyring\/action@[\w.-]+/g;

/** Marks a YAML block that is no part of a workflow: "```yaml no-workflow". */
const NO_WORKFLOW = 'no-workflow';

const ON = 'on: push\n';
const JOB = `${ON}jobs:\n  example:\n`;
const RUNNER = '    runs-on: ubuntu-latest\n';
const STEPS = `${JOB}${RUNNER}    steps:\n`;
/** For steps that read outputs of the action, which a block further up in the document uses under the id `keyring`. */
const KEYRING_STEP = `      - id: keyring
        uses: ./
        with: { repositories: '\${{ vars.REPOSITORIES }}' }
`;
const FENCE = /^(?<indent> *)(?<fence>`{3,})\s*(?<language>\S*)\s*(?<rest>.*)$/;

const WORKFLOW_KEYS = ['name', 'run-name', 'on', 'permissions', 'env', 'defaults', 'concurrency', 'jobs'];
const JOB_KEYS = [
  ...['name', 'permissions', 'needs', 'if', 'runs-on', 'environment', 'concurrency', 'outputs', 'env', 'defaults'],
  ...['steps', 'timeout-minutes', 'strategy', 'continue-on-error', 'container', 'services'],
];

/**
 * Finds the YAML blocks of a document, except those that say `no-workflow`.
 *
 * @throws for a fence without a language, since nobody can tell whether the block is an example
 */
export function findExamples(file: string, markdown: string): Example[] {
  const lines = markdown.split(/\r?\n/);
  const examples: Example[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const { indent = '', fence, language = '', rest = '' } = FENCE.exec(lines[index] ?? '')?.groups ?? {};
    if (fence === undefined) continue;
    if (language === '') throw new Error(`${file}:${index + 1}: the block names no language.`);
    const start = index + 1;
    do index += 1;
    while (index < lines.length && lines[index]?.trim() !== fence);
    if (!['yaml', 'yml'].includes(language) || rest.split(/\s+/).includes(NO_WORKFLOW)) continue;
    const text = lines
      .slice(start, index)
      .map((line) => `${line.startsWith(indent) ? line.slice(indent.length) : line}\n`);
    examples.push({ file, line: start + 1, text: text.join('') });
  }
  return examples;
}

/**
 * Makes a workflow of an example. A workflow or a part of one gets the trigger and the jobs that it lacks. A part of a
 * job, such as `steps:`, and a list of steps get a job around them. The action becomes `./`.
 *
 * @throws for anything else
 */
export function asWorkflow({ file, line, text }: Example): Workflow {
  const own = text.replace(ACTION, './');
  const content = parseYaml(file, line, text);
  if (Array.isArray(content)) {
    const isRest = /\bsteps\.keyring\./.test(text) && !content.some((step) => step?.id === 'keyring');
    return wrap(isRest ? STEPS + KEYRING_STEP : STEPS, own, 6);
  }
  const keys = Object.keys(content ?? {});
  if (keys.length > 0 && keys.every((key) => WORKFLOW_KEYS.includes(key))) {
    const jobs = keys.includes('jobs') ? '' : `jobs: { example: { runs-on: ubuntu-latest, steps: [run: ls] } }\n`;
    return wrap(keys.includes('on') ? '' : ON, own + jobs, 0);
  }
  if (keys.length > 0 && keys.every((key) => JOB_KEYS.includes(key))) {
    const steps = keys.includes('steps') ? '' : 'steps: [run: ls]\n';
    return wrap(keys.includes('runs-on') ? JOB : JOB + RUNNER, own + steps, 4);
  }
  throw new Error(
    `${file}:${line}: this YAML is no workflow, no part of one and no list of steps; ` +
      `if it shall be something else, open it with "\`\`\`yaml ${NO_WORKFLOW}".`,
  );
}

function wrap(before: string, text: string, indent: number): Workflow {
  const indented = text.replace(/^(?=.)/gm, ' '.repeat(indent));
  return { text: before + indented, before: before.split('\n').length - 1 };
}

function parseYaml(file: string, line: number, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`${file}:${line}: this is no YAML: ${(error as Error).message}`, { cause: error });
  }
}
