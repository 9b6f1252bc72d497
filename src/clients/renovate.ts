/**
 * Renovate: `RENOVATE_HOST_RULES`, the host rules of its environment (Renovate documentation, "Self-hosted
 * configuration"), with a rule for each repository. A rule whose `matchHost` is a URL applies to what begins with it,
 * so each repository gets its own token, also where two identities share a host.
 */
import { USER_NAME } from '../access/tokens.ts';
import { fail } from '../messages/problems.ts';
import type { Configure } from './client.ts';
import { aliasesOf } from './indexes.ts';

const NAME = 'RENOVATE_HOST_RULES';

/** A host rule of the user's: an object of any content. */
type HostRule = Readonly<Record<string, unknown>>;

/** Configures the host rules: the user's own, then ours. */
export const configure: Configure = ({ indexes: { repositories }, machine: { environment } }) => {
  const urls = repositories.map(({ repository }) => repository.url);
  const isReplaced = ({ matchHost }: HostRule) => urls.some((url) => url === matchHost);
  const user = readRules(environment[NAME]);
  const ours = repositories.map(({ repository: { url }, token }) => ({
    hostType: 'pypi',
    matchHost: url,
    username: USER_NAME,
    password: token.value,
  }));
  const value = JSON.stringify([...user.filter((rule) => !isReplaced(rule)), ...ours]);
  // A rule of our own form is that of an earlier step, which need not have made a folder for this one to find.
  const isOurs = ({ hostType, username }: HostRule) => hostType === 'pypi' && username === USER_NAME;
  const replaced = repositories.filter(({ repository }) =>
    user.some((rule) => rule['matchHost'] === repository.url && !isOurs(rule)),
  );
  return {
    variables: [{ name: NAME, value, secret: true }],
    notes: aliasesOf(replaced).map((alias) => `renovate: your own host rule for ${alias} is not used in this job.`),
  };
};

/** The value holds secrets, so it is not shown. */
function readRules(text: string | undefined): HostRule[] {
  if (!text) return [];
  const rules = parse(text);
  if (Array.isArray(rules) && rules.every(isRule)) return rules;
  return fail(`The variable ${NAME} is not a JSON list of objects, which Renovate expects; correct or unset it.`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRule(rule: unknown): rule is HostRule {
  return typeof rule === 'object' && rule !== null && !Array.isArray(rule);
}
