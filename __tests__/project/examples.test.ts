/** The YAML of the documents as workflows: what `npm run lint:workflows` hands to actionlint. */
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { asWorkflow, type Example, findExamples } from '../../scripts/lint/examples.ts';

const example = (text: string): Example => ({ file: 'a.md', line: 10, text });

/** The workflow, parsed; and the line of the document that its line with `mark` comes from. */
function read(text: string, mark: string) {
  const workflow = asWorkflow(example(text));
  const line = workflow.text.split('\n').findIndex((each) => each.includes(mark)) + 1;
  return { workflow: parse(workflow.text), line: 10 + line - 1 - workflow.before };
}

describe('findExamples', () => {
  const fence = '```';

  test('finds the YAML blocks with their first lines, without their indentation, and no others', () => {
    const markdown = [
      '# Title',
      `${fence}yaml`,
      'on: push',
      fence,
      `${fence}sh`,
      `echo "${fence}yaml"`,
      fence,
      '- In a list:',
      `  ${fence}yml`,
      '  - run: ls',
      '    # more',
      '',
      `  ${fence}`,
      '````text',
      `${fence}yaml`,
      'on: pull_request',
      fence,
      '````',
    ];
    expect(findExamples('a.md', markdown.join('\n'))).toEqual([
      { file: 'a.md', line: 3, text: 'on: push\n' },
      { file: 'a.md', line: 10, text: '- run: ls\n  # more\n\n' },
    ]);
  });

  test('leaves out what says that it is no workflow', () => {
    const markdown = `${fence}yaml no-workflow\na: 1\n${fence}\n${fence}yaml\n- run: ls\n${fence}\n`;
    expect(findExamples('a.md', markdown).map(({ line }) => line)).toEqual([5]);
  });

  test('refuses a block that names no language', () => {
    expect(() => findExamples('a.md', `text\n${fence}\n- run: ls\n${fence}\n`)).toThrow('a.md:2: the block names no');
  });
});

describe('asWorkflow', () => {
  const job = (steps: unknown) => ({ on: 'push', jobs: { example: { 'runs-on': 'ubuntu-latest', steps } } });

  test.each([
    [
      'a workflow',
      'on: pull_request\njobs:\n  a:\n    runs-on: mark\n',
      { on: 'pull_request', jobs: { a: { 'runs-on': 'mark' } } },
      13,
    ],
    ['jobs', 'jobs:\n  a:\n    runs-on: mark\n', { on: 'push', jobs: { a: { 'runs-on': 'mark' } } }, 12],
    ['permissions', 'permissions:\n  mark: read\n', { ...job([{ run: 'ls' }]), permissions: { mark: 'read' } }, 11],
    ['steps', 'steps:\n  # why\n  - run: mark\n', job([{ run: 'mark' }]), 12],
    [
      'a part of a job',
      'runs-on: self-hosted\ncontainer: mark\n',
      {
        on: 'push',
        jobs: { example: { 'runs-on': 'self-hosted', container: 'mark', steps: [{ run: 'ls' }] } },
      },
      11,
    ],
    ['a list of steps', '- run: ls\n\n- run: |\n    mark\n', job([{ run: 'ls' }, { run: 'mark\n' }]), 13],
  ])('%s', (_, text, workflow, line) => {
    expect(read(text, 'mark')).toEqual({ workflow, line });
  });

  test('the action is that of this repository, at whatever ref', () => {
    const text = '- uses: codeartifact-keyring/action@v0\n- uses: codeartifact-keyring/action@v1.2.3 # new\n';
    expect(read(text, 'new').workflow).toEqual(job([{ uses: './' }, { uses: './' }]));
  });

  test('a list of steps that reads the outputs of a step above gets that step, and no second one', () => {
    const text = `- run: mark\n  env: { URL: '\${{ steps.keyring.outputs.index-url }}' }\n`;
    const { workflow, line } = read(text, 'mark');
    expect(workflow.jobs.example.steps).toMatchObject([{ id: 'keyring', uses: './' }, { run: 'mark' }]);
    expect(line).toBe(10);
    const whole = `- id: keyring\n  uses: codeartifact-keyring/action@v0\n${text}`;
    expect(read(whole, 'mark').workflow.jobs.example.steps).toHaveLength(2);
  });

  test.each(['repository: a\n', 'just words\n', '# only a comment\n', 'steps: []\nrepository: a\n'])(
    'refuses what is no part of a workflow: %j',
    (text) => {
      expect(() => asWorkflow(example(text))).toThrow('a.md:10: this YAML is no workflow');
    },
  );

  test('refuses what is no YAML', () => {
    expect(() => asWorkflow(example('- a: [\n'))).toThrow('a.md:10: this is no YAML');
  });
});
