/** The action's inputs: read here and nowhere else, checked for their form, secrets masked first. */
import { getInput } from '@actions/core';
import type { IdentityInputs } from './access/identity.ts';
import { readKey, readSwitch } from './access/setting-values.ts';
import { readSettings } from './access/settings.ts';
import type { RequestInputs } from './access/token-request.ts';
import type { TokenPlace } from './clients/client.ts';
import { confusionWarnings } from './clients/indexes.ts';
import { rowOf, TOOLS, type Tool } from './clients/table.ts';
import { maskKey } from './github/masks.ts';
import type { KeyringrcInputs } from './keyringrc/keyringrc-file.ts';
import { all, each, fail } from './messages/problems.ts';
import type { Remarks } from './messages/remarks.ts';
import { didYouMean, joinWords, quoted, quoteWords } from './messages/wording.ts';
import { chooseMainIndex, type MainIndex, readIndexChoice, readPublishTo } from './repositories/default-index.ts';
import { type Repository, readRepositories } from './repositories/repository.ts';

/** What the step's `with:` says. */
export interface Inputs extends KeyringrcInputs, RequestInputs, Remarks {
  readonly tools: readonly Tool[];
  readonly mainIndex: MainIndex;
  /** The repository that uploads go to by default. */
  readonly publishTo: Repository | undefined;
  /** The input `credentials`. */
  readonly tokenPlace: TokenPlace;
  readonly preflight: boolean;
  /** Whether to say what would be done, and do nothing. */
  readonly plan: boolean;
  readonly cleanUp: boolean;
  /** Whether to write a job summary. */
  readonly summary: boolean;
  /** What to do about a pull request from a fork that can have no credentials. */
  readonly forks: 'fail' | 'skip';
}

const DEFAULT_TOOLS = ['pip', 'twine', 'uv'];
const KEYS = ['aws-access-key-id', 'aws-secret-access-key'];
const SECRETS = [...KEYS, 'aws-session-token'];

/**
 * @throws {Problems} with every input that is wrong: its name, its value (unless secret) and the rule
 */
export function readInputs(): Inputs {
  for (const name of SECRETS) maskKey(getInput(name));
  const [file, places, settings, tools, tokenPlace, preflight, plan, cleanUp, summary, forks] = all(
    () => readFileInputs(),
    () => readPlaces(),
    () => readIdentityInputs(),
    () => readTools(),
    () => oneOf('credentials', ['netrc', 'url'] as const),
    () => readSwitchInput('preflight') ?? false,
    () => readSwitchInput('plan') ?? false,
    () => readSwitchInput('clean-up') ?? true,
    () => readSwitchInput('summary') ?? true,
    () => oneOf('forks', ['fail', 'skip'] as const),
  );
  if (places.mainIndex.kind === 'project' && tokenPlace === 'url') {
    fail(
      'Input credentials is "url", which needs a pip.conf, and with index-url: project none is written; leave one of ' +
        'the two out.',
    );
  }
  const merging = tools.filter((tool) => rowOf(tool).merges);
  const warnings = confusionWarnings(places.mainIndex, places.repositories, merging);
  return { ...file, ...places, settings, tools, tokenPlace, preflight, plan, cleanUp, summary, forks, warnings };
}

/**
 * The inputs that say which file is read and how; apart from the others, so that mistakes in both are told together.
 */
export function readFileInputs(): KeyringrcInputs {
  const [keyringrc, matching] = all(
    () => oneLine('keyringrc'),
    () => oneOf('section-matching', ['strict', 'keyring'] as const),
  );
  return { keyringrc, matching };
}

/** The repositories, and which of them installs and uploads use first. */
function readPlaces(): Pick<Inputs, 'repositories' | 'mainIndex' | 'publishTo'> {
  const [repositories, indexChoice, publishToText] = all(
    () => readRepositories(getInput('repositories')),
    () => readIndexChoice(oneLine('index-url')),
    () => oneLine('publish-to'),
  );
  const [mainIndex, publishTo] = all(
    () => chooseMainIndex(indexChoice, repositories),
    () => readPublishTo(publishToText, repositories),
  );
  return { repositories, mainIndex, publishTo };
}

/** The settings, and what only an input can say of the identity. */
function readIdentityInputs(): IdentityInputs {
  const [settings, sessionToken, audience] = all(
    () => readSettings((_, { input, secret }) => (secret ? secretInput(input) : writtenInput(input))),
    () => {
      const written = secretInput('aws-session-token');
      return written && readKey(written.text, written.place);
    },
    () => writtenInput('audience')?.text,
    () => checkKeys(),
  );
  return { ...settings, sessionToken, audience };
}

/** A session token needs both keys, and each key the other. */
function checkKeys(): void {
  const given = SECRETS.filter((name) => getInput(name) !== '');
  const missing = KEYS.filter((name) => !given.includes(name));
  if (missing.length === 0 || given.length === 0) return;
  const are = (names: readonly string[]) => `${joinWords(names)} ${names.length === 1 ? 'is' : 'are'}`;
  fail(
    `Input ${are(missing)} empty while ${are(given)} given; give both keys or neither (an unset secret arrives as an ` +
      'empty string).',
  );
}

function readTools(): Tool[] {
  if (/^\s*(?:-\s|\[)/.test(getInput('tools'))) {
    fail(
      'Input tools is written as a YAML list; write the tools on one line, as in "pip twine", without dashes or ' +
        'brackets.',
    );
  }
  const words = getInput('tools')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  const tools = each(
    words.length === 0 ? DEFAULT_TOOLS : words,
    (word) =>
      TOOLS.find((tool) => tool === word) ??
      fail(
        `Input tools names ${quoted(word)}` +
          (didYouMean(word, TOOLS) || `, which is not known; the tools are ${joinWords(TOOLS)}.`),
      ),
  );
  return [...new Set(tools)];
}

/** The first choice is the default, for an input that is passed as an empty string. */
function oneOf<const T extends string>(name: string, choices: readonly [T, ...T[]]): T {
  const text = getInput(name);
  if (text === '') return choices[0];
  return (
    choices.find((choice) => choice === text) ?? fail(`Input ${name} is ${quoted(text)}; write ${quoteWords(choices)}.`)
  );
}

function readSwitchInput(name: string): boolean | undefined {
  const written = writtenInput(name);
  return written && readSwitch(written.text, written.place);
}

/** An input with what messages call it; undefined for an empty one. */
function writtenInput(name: string): { readonly text: string; readonly place: string } | undefined {
  const text = oneLine(name);
  return text === '' ? undefined : { text, place: `Input ${name} is ${quoted(text)}; it` };
}

/** The same for one that is never shown. */
function secretInput(name: string): { readonly text: string; readonly place: string } | undefined {
  const text = getInput(name);
  return text === '' ? undefined : { text, place: `Input ${name}` };
}

/** A value without control characters, since it goes into files, requests and the log. */
function oneLine(name: string): string {
  const text = getInput(name);
  if (!/\p{Cc}/u.test(text)) return text;
  return fail(`Input ${name} holds a line break or another control character; write it on one line.`);
}
