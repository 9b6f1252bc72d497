import { findInCulture, ignoreCase, trim, trimStart } from './dotnet-text.ts';
import { NamedValues } from './named-values.ts';

/** A workflow command as it was found in a line of output. */
export type WorkflowCommand = { name: string; properties: NamedValues; data: string };

/**
 * Finds the command in one line of output, as actions/runner v2.336.0 does (ActionCommand):
 * `::name key=value,...::data` at the start of the line, white space apart, or else the older
 * `##[name key=value;...]data` anywhere in it. The second `::` and the `##[` are searched by culture: data that begins
 * with a combining character makes the line plain text.
 * @param registered lower-case names to look for; with any other name the line is plain text
 */
export function parseCommand(line: string, registered: ReadonlySet<string>): WorkflowCommand | undefined {
  return parseCurrent(line, registered) ?? parseLegacy(line, registered);
}

/** What separates properties, and which escapes mean what in properties and in data; `%25` is always the last. */
type Dialect = { separator: string; properties: Escapes; data: Escapes };
type Escapes = readonly (readonly [string, string])[];

const NEWLINES: Escapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
];
const CURRENT: Dialect = { separator: ',', properties: [...NEWLINES, ['%3A', ':'], ['%2C', ',']], data: NEWLINES };
const LEGACY_ESCAPES: Escapes = [['%3B', ';'], ...NEWLINES, ['%5D', ']']];
const LEGACY: Dialect = { separator: ';', properties: LEGACY_ESCAPES, data: LEGACY_ESCAPES };

function parseCurrent(line: string, registered: ReadonlySet<string>): WorkflowCommand | undefined {
  const text = trimStart(line);
  const end = findInCulture(text, '::', 2);
  if (!text.startsWith('::') || end < 0) return undefined;
  return buildCommand(text.slice(2, end), text.slice(end + 2), registered, CURRENT);
}

function parseLegacy(line: string, registered: ReadonlySet<string>): WorkflowCommand | undefined {
  const start = findInCulture(line, '##[');
  const end = line.indexOf(']', start);
  if (start < 0 || end < 0) return undefined;
  return buildCommand(line.slice(start + 3, end), line.slice(end + 1), registered, LEGACY);
}

function buildCommand(
  head: string,
  data: string,
  registered: ReadonlySet<string>,
  dialect: Dialect,
): WorkflowCommand | undefined {
  const space = head.indexOf(' ');
  const name = space < 0 ? head : head.slice(0, space);
  if (!registered.has(ignoreCase(name))) return undefined;
  const list = space > 0 ? head.slice(space + 1) : '';
  const properties = new NamedValues();
  for (const property of (dialect === CURRENT ? trim(list) : list).split(dialect.separator)) {
    // `=` signs before the name and between name and value fall away, as in a split that drops empty parts.
    const { key, value } = /^=*(?<key>[^=]+)=+(?<value>[^=].*)$/s.exec(property)?.groups ?? {};
    if (key !== undefined && value !== undefined) properties.set(key, unescapeText(value, dialect.properties));
  }
  return { name, properties, data: unescapeText(data, dialect.data) };
}

/** `%25` is last, so that `%250A` becomes `%0A` and not a newline. */
function unescapeText(text: string, escapes: Escapes): string {
  return [...escapes, ['%25', '%'] as const].reduce((result, [from, to]) => result.replaceAll(from, to), text);
}
