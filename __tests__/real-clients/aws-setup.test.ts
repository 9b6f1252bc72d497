/**
 * The AWS set-up that docs/roles.md gives to copy, read by the tools that it is meant for: the AWS CLI (which checks
 * every option against AWS's models, without a call), CloudFormation's linter, and a parser of Terraform's language.
 */
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { runProgram } from '../../sandbox/programs/run-program.ts';
import { freshFolder } from '../support/fresh-folder.ts';
import { type AvailableClients, describeWithPython } from '../support/python-clients.ts';
import { NO_SHELL } from '../support/test-unless.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/roles.md'), 'utf8');

const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\b[^\\n]*\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text);
const [template = ''] = blocks('yaml').filter((text) => text.includes('AWSTemplateFormatVersion'));
const [terraform = ''] = blocks('hcl');
const scripts = blocks('sh');

type Policy = Readonly<Record<string, unknown>>;

/** The policies of one way to make the role. */
interface RolePolicies {
  readonly trust: unknown;
  readonly permissions: unknown;
}

/** Runs a script with the real AWS CLI, which checks each command and then finds nobody at the endpoint. */
async function runScript({ bin, program }: AvailableClients, script: string) {
  const folder = freshFolder();
  const stubs = freshFolder();
  const commands = join(stubs, 'commands');
  const stub = (name: string, lines: readonly string[]) => {
    writeFileSync(join(stubs, name), ['#!/bin/sh', ...lines, ''].join('\n'));
    chmodSync(join(stubs, name), 0o755);
  };
  writeFileSync(commands, '');
  writeFileSync(join(folder, 'codeartifact-ci.yaml'), template);
  stub('gh', ['echo acme@123456/widgets@456789']);
  stub('aws', [
    `echo "$*" >>'${commands}'`,
    `answer=$('${program('aws')}' "$@" 2>&1)`,
    'case "$answer" in *"Could not connect to the endpoint URL"*) exit 0 ;; esac',
    'echo "$answer" >&2',
    'exit 1',
  ]);
  const env = {
    PATH: [stubs, bin, '/usr/bin', '/bin'].join(delimiter),
    HOME: folder,
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_MAX_ATTEMPTS: '1',
  };
  const { status, stderr } = await runProgram('bash', ['--norc', '-euc', script], { cwd: folder, env });
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return {
    ended: { status, stderr },
    commands: readFileSync(commands, 'utf8').trimEnd().split('\n'),
    policies: Object.fromEntries(
      files.map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Policy]),
    ),
  };
}

const PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::AccountId': '111122223333',
  'AWS::Region': 'us-east-1',
};

/** The role of the template, with the defaults of its parameters. */
function readTemplate(text: string): RolePolicies {
  const values: Record<string, string> = { ...PARAMETERS };
  const read = (source: string) =>
    parse(source, {
      customTags: [
        { tag: '!Ref', resolve: (name: string) => values[name]?.split(',') },
        { tag: '!Sub', resolve: (value: string) => value.replace(/\$\{([\w:]+)\}/g, (_, name) => values[name] ?? '') },
        { tag: '!GetAtt', resolve: (value: string) => value },
        { tag: '!Equals', collection: 'seq', resolve: (items: unknown) => items },
      ],
    });
  for (const [name, { Default }] of Object.entries<{ Default: string }>(read(text).Parameters)) values[name] = Default;
  const { AssumeRolePolicyDocument, Policies } = read(text).Resources.Role.Properties;
  return { trust: AssumeRolePolicyDocument, permissions: Policies[0].PolicyDocument };
}

interface TerraformStatement {
  readonly actions: string[];
  readonly resources?: string[];
  readonly principals?: { type: string; identifiers: string[] }[];
  readonly condition?: { test: string; variable: string; values: string[] | string }[];
}

/** The two policy documents of a parsed Terraform file, as JSON policies. */
function readTerraform(file: {
  data: Record<string, Record<string, { statement: TerraformStatement[] }>>[];
}): RolePolicies {
  const documents = Object.assign({}, ...file.data.map((each) => each['"aws_iam_policy_document"'])) as Record<
    string,
    { statement: TerraformStatement[] }
  >;
  const one = <T>(values: T[]) => (values.length === 1 ? values[0] : values);
  const policy = (name: string) => ({
    Version: '2012-10-17',
    Statement: documents[`"${name}"`]?.statement.map(({ actions, resources, principals = [], condition = [] }) => ({
      Effect: 'Allow',
      ...Object.fromEntries(
        principals.map(({ type, identifiers }) => ['Principal', { [plain(type)]: one(identifiers.map(plain)) }]),
      ),
      Action: one(actions.map(plain)),
      ...(resources && { Resource: one(resources.map(plain)) }),
      ...(condition.length > 0 && {
        Condition: Object.fromEntries(
          condition.map(({ test: operator, variable, values }) => [
            plain(operator),
            { [plain(variable)]: Array.isArray(values) ? one(values.map(plain)) : VARIABLES[values] },
          ]),
        ),
      }),
    })),
  });
  return { trust: policy('trust'), permissions: policy('read') };
}

/** What the expressions of the Terraform file stand for, with its defaults. */
const VARIABLES: Readonly<Record<string, string | string[]>> = {
  '${aws_iam_openid_connect_provider.github.arn}':
    'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
  '${var.codeartifact.arn}': 'arn:aws:codeartifact:us-east-1:111122223333',
  '${var.codeartifact.domain}': 'acme',
  '${var.codeartifact.repository}': 'team',
  '${var.github_subjects}': ['repo:acme/widgets:*', 'repo:acme@123456/widgets@456789:*'],
};

/** The value of a string, without the quotes that the parser keeps. */
function plain(text: string): string {
  return text
    .replace(/^"(.*)"$/, '$1')
    .replace(/\$\{[\w.]+\}/g, (name) => String(VARIABLES[name] ?? `no value for ${name}`));
}

/** A template with a policy in the place of its kind: of a role's trust, of a domain's, or what an identity may do. */
function templateOf(policy: Policy): string {
  const text = JSON.stringify(policy);
  const Properties = text.includes('sts:AssumeRole')
    ? { AssumeRolePolicyDocument: policy }
    : text.includes('"Principal"')
      ? { DomainName: 'acme', PermissionsPolicyDocument: policy }
      : { PolicyDocument: policy };
  const Type =
    'AssumeRolePolicyDocument' in Properties
      ? 'AWS::IAM::Role'
      : 'DomainName' in Properties
        ? 'AWS::CodeArtifact::Domain'
        : 'AWS::IAM::ManagedPolicy';
  return JSON.stringify({ Resources: { It: { Type, Properties } } });
}

await describeWithPython(
  'the AWS set-up of docs/roles.md',
  (clients) => {
    /** What cfn-lint finds in each of the templates. */
    async function lint(templates: readonly string[]) {
      const folder = freshFolder();
      const files = templates.map((text, index) => {
        const file = join(folder, `${index}.yaml`);
        writeFileSync(file, text);
        return file;
      });
      const options = ['--regions', 'us-east-1', '--include-checks', 'I', '--format', 'json', '--template', ...files];
      const { stdout } = await runProgram(clients.program('cfn-lint'), options);
      const found: { Filename: string; Message: string }[] = JSON.parse(stdout);
      return found.map(({ Filename, Message }) => ({ template: templates[files.indexOf(Filename)], Message }));
    }

    const [roleScript = ''] = scripts.filter((text) => text.includes('iam create-role'));
    const runs = new Map<string, ReturnType<typeof runScript>>();
    const run = (script: string) => {
      const known = runs.get(script) ?? runScript(clients, script);
      runs.set(script, known);
      return known;
    };
    const roleOfCli = async (): Promise<RolePolicies> => {
      const { policies } = await run(roleScript);
      return { trust: policies['trust.json'], permissions: policies['permissions.json'] };
    };

    const titled = scripts.map((script) => ({ title: script.trim().split('\n')[0], script }));
    test.each(titled)('$title: the AWS CLI takes every command', async ({ script }) => {
      expect((await run(script)).ended).toEqual({ status: 0, stderr: '' });
    });

    test('it does not take an option that is none', async () => {
      const { ended } = await run('aws iam create-role --rolename ci --assume-role-policy-document {}');
      expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('--role-name') });
    });

    test('the AWS CLI makes the provider, the role and its policy', async () => {
      const { commands } = await run(roleScript);
      expect(commands.map((command) => command.split(' ').slice(0, 2).join(' '))).toEqual([
        'iam create-open-id-connect-provider',
        'iam create-role',
        'iam put-role-policy',
      ]);
    });

    test('CloudFormation makes the same role', async () => {
      expect(readTemplate(template)).toEqual(await roleOfCli());
    });

    test('Terraform makes the same role', async () => {
      const code = 'import hcl2, json, sys; print(json.dumps(hcl2.load(sys.stdin)))';
      const { stdout, stderr } = await runProgram(clients.python, ['-c', code], { input: terraform });
      expect(stderr).toBe('');
      expect(readTerraform(JSON.parse(stdout))).toEqual(await roleOfCli());
    });

    test('cfn-lint finds nothing in the template and all policies, and a wrong action in another', async () => {
      const inScripts = scripts.flatMap((text) =>
        [...text.matchAll(/<<'JSON'\n(.*?)^JSON$/gms)].map(([, one = '']) => one),
      );
      const policies = [...inScripts, ...blocks('json')].map((text) => templateOf(JSON.parse(text)));
      expect(policies.length).toBeGreaterThanOrEqual(8);
      const wrong = template.replace('GetAuthorizationToken', 'GetAuthorisationToken');
      const found = await lint([template, ...policies, wrong]);
      expect(found).toEqual([{ template: wrong, Message: expect.stringContaining("'getauthorisationtoken'") }]);
    });
  },
  'aws',
  NO_SHELL,
);
