import { trim } from './dotnet-text.ts';

/**
 * The runner's secret masker: every registered value, and the forms of it that the runner's encoders give, is replaced
 * by `***` wherever it occurs in one message. Behaviour of actions/runner v2.336.0 (SecretMasker, ValueEncoders and
 * the encoders that HostContext registers), checked against the vectors of its own tests.
 */
export type Masker = {
  /** Registers one value and its encoded forms. An empty value is ignored; there is no minimum length. */
  add(value: string): void;
  /** Registers what `::add-mask::` carries: the whole, and each of its lines, trimmed. */
  addMask(data: string): void;
  /** The text with every registered form replaced; ranges that touch or overlap become one `***`. */
  mask(text: string): string;
  /** The values as they were registered, without their encoded forms. */
  readonly values: string[];
};

/** A masker that knows no secret yet. */
export function createMasker(): Masker {
  const values = new Set<string>();
  const forms = new Set<string>();
  const add = (value: string): void => {
    if (value === '' || values.has(value)) return;
    values.add(value);
    forms.add(value);
    for (const form of encodedForms(value)) forms.add(form);
  };
  return {
    add,
    addMask(data) {
      add(data);
      for (const line of data.split(/[\r\n]/)) add(trim(line));
    },
    mask: (text) => replaceRanges(text, mergeRanges([...forms].flatMap((form) => findRanges(text, form)))),
    get values() {
      return [...values];
    },
  };
}

/** The non-empty forms of a value that the runner masks beside the value itself, one for each encoder, in its order. */
export function encodedForms(value: string): string[] {
  return ENCODERS.map((encode) => encode(value)).filter((form) => form !== '');
}

const ENCODERS: readonly ((value: string) => string)[] = [
  (value) => base64From(value, 0),
  (value) => base64From(value, 1),
  (value) => base64From(value, 2),
  (value) => value.replaceAll('"', '\\"'),
  (value) => value.replaceAll("'", "''"),
  escapeJson,
  escapeUri,
  escapeXml,
  (value) => (value.length > 8 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : ''),
  (value) => keepSix(beforeAmpersand(value)),
  (value) => keepSix(afterAmpersand(value)),
];

/** Base64, with padding, of the value without its first bytes: what `prefix + value` gives at that alignment. */
function base64From(value: string, shift: number): string {
  const bytes = Buffer.from(value, 'utf8');
  return bytes.subarray(bytes.length > shift ? shift : 0).toString('base64');
}

/** The inside of a JSON string. Json.NET also escapes three characters that JavaScript leaves alone. */
function escapeJson(value: string): string {
  return JSON.stringify(value)
    .slice(1, -1)
    .replaceAll('\u0085', '\\u0085')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** RFC 3986: all but letters, digits and `-_.~` in upper-case percent form. */
function escapeUri(value: string): string {
  const toPercent = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(value.toWellFormed()).replace(/[!'()*]/g, toPercent);
}

const XML_ENTITIES = new Map([
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
  ['&', '&amp;'],
]);

function escapeXml(value: string): string {
  return value.replace(/[<>"'&]/g, (char) => XML_ENTITIES.get(char) ?? char);
}

// PowerShell colours a part of a failed command line, which cuts a secret with `&` in two; each half is masked.
function beforeAmpersand(value: string): string {
  const plus = value.indexOf('&+');
  return plus >= 0 ? value.slice(0, plus + 2) : value.slice(0, value.lastIndexOf('&') + 1);
}

function afterAmpersand(value: string): string {
  const plus = value.indexOf('&+');
  if (plus >= 0) return value.slice(plus + 3); // one more: the letter after `&+` stands alone in its own colour
  return value.includes('&') ? value.slice(value.lastIndexOf('&') + 1) : '';
}

function keepSix(part: string): string {
  return part.length >= 6 ? part : '';
}

type Range = { start: number; end: number };

/** Every occurrence, overlapping ones too, case-sensitive. */
function findRanges(text: string, form: string): Range[] {
  const ranges: Range[] = [];
  for (let start = text.indexOf(form); start >= 0; start = text.indexOf(form, start + 1)) {
    ranges.push({ start, end: start + form.length });
  }
  return ranges;
}

function mergeRanges(ranges: Range[]): Range[] {
  const merged: Range[] = [];
  for (const range of ranges.sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else merged.push({ ...range });
  }
  return merged;
}

function replaceRanges(text: string, ranges: Range[]): string {
  let result = '';
  let position = 0;
  for (const range of ranges) {
    result += `${text.slice(position, range.start)}***`;
    position = range.end;
  }
  return result + text.slice(position);
}
