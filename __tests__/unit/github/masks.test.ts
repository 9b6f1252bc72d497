import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createMasker, encodedForms } from '../../../sandbox/runner/masker.ts';
import { derivedForms, maskInternal, maskKey, maskSecret, redact } from '../../../src/github/masks.ts';
import { randomCases } from '../../support/random-cases.ts';
import { printedBy } from '../../support/step-output.ts';

/** Shorter pieces of a secret's encoding are not worth more than a guess. */
const RUN = 6;

/** What the log shows of a text, once our forms of the secret are masks. */
function shown(secret: string, text: string): string {
  const masker = createMasker();
  for (const form of derivedForms(secret)) masker.addMask(form);
  return masker.mask(text);
}

/** The characters of the encoding that come from the secret alone, when `before` bytes stand in front of it. */
function ownBase64(secret: string, before: number, encoding: 'base64' | 'base64url'): string {
  const whole = Buffer.from(`${'x'.repeat(before)}${secret}`)
    .toString(encoding)
    .replace(/=+$/, '');
  const bits = Buffer.byteLength(secret) * 8;
  return whole.slice(Math.ceil((before * 8) / 6), Math.floor((before * 8 + bits) / 6));
}

function runsOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - RUN + 1) }, (_, start) => text.slice(start, start + RUN));
}

function expectHidden(secret: string, text: string, parts: readonly string[]): void {
  const left = shown(secret, text);
  for (const part of [secret, ...parts]) {
    const leaked = runsOf(part).find((run) => left.includes(run));
    if (leaked !== undefined) throw new Error(JSON.stringify({ secret, text, left, leaked }));
  }
}

/** Keys of AWS, passwords of proxies, tokens that are shorter than any that there is. */
const secrets = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{20,40}(\.[A-Za-z0-9_-]{10,20})?$/),
  fc.stringMatching(/^[A-Za-z0-9/+]{40}$/),
  fc.stringMatching(/^[A-Za-z0-9/+]{30,60}={0,2}$/),
  fc.stringMatching(/^AKIA[A-Z2-7]{16}$/),
  fc.stringMatching(/^[!-~]{12,30}$/),
  // The runner would print one that begins with the last: it has a test of its own.
  fc
    .string({ unit: fc.constantFrom(...'aZ0 é"\'<>&\\%!()*~/+=\u{1f600}'), minLength: 12, maxLength: 24 })
    .filter((secret) => !secret.startsWith('\u{1f600}')),
);
// No neighbour holds a piece of a secret: those of the secrets' own alphabets are cut off by what is certain.
const neighbours = fc.string({ unit: fc.constantFrom(...' {}:,\n|'), maxLength: 7 });

const RUNS = { numRuns: randomCases(150) };

describe('the log shows no run of six characters that says something of the secret', () => {
  test('as it is, and escaped for JSON and XML', () => {
    fc.assert(
      fc.property(secrets, neighbours, neighbours, (secret, before, after) => {
        const json = JSON.stringify(secret).slice(1, -1);
        const xml = secret.replace(
          /[<>"'&]/g,
          (c) => ({ '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[c] ?? '&amp;',
        );
        for (const form of [secret, json, xml]) expectHidden(secret, before + form + after, [form]);
      }),
      RUNS,
    );
  });

  test('in base64 and base64url, with and without padding, wherever it stands in what is encoded', () => {
    fc.assert(
      fc.property(
        secrets,
        fc.uint8Array({ maxLength: 9 }),
        fc.uint8Array({ maxLength: 9 }),
        (secret, before, after) => {
          for (const encoding of ['base64', 'base64url'] as const) {
            const whole = Buffer.concat([before, Buffer.from(secret), after]).toString(encoding);
            const own = ownBase64(secret, before.length % 3, encoding);
            const start = Math.ceil((before.length * 8) / 6);
            expect(whole.slice(start, start + own.length)).toBe(own);
            // What the neighbours say stays, so it is cut off at both ends.
            const left = shown(secret, whole);
            const rest = left.slice(start, left.length - (whole.length - start - own.length));
            expect({ whole, leaks: runsOf(own).filter((run) => rest.includes(run)) }).toEqual({ whole, leaks: [] });
          }
        },
      ),
      RUNS,
    );
  });

  test('as Basic credentials, with a newline or without', () => {
    fc.assert(
      fc.property(secrets, neighbours, (secret, after) => {
        for (const end of ['', '\n']) {
          for (const encoding of ['base64', 'base64url'] as const) {
            const whole = Buffer.from(`aws:${secret}${end}`).toString(encoding);
            for (const text of [whole, whole.replace(/=+$/, '')]) {
              expect(shown(secret, `Authorization: Basic ${text}${after}`)).toBe(`Authorization: Basic ***${after}`);
            }
          }
        }
      }),
      RUNS,
    );
  });

  test('percent-escaped, in capitals or not, by the rules of JavaScript, of RFC 3986, of Python and of forms', () => {
    fc.assert(
      fc.property(secrets, neighbours, neighbours, (secret, before, after) => {
        const component = encodeURIComponent(secret);
        const strict = component.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
        // `urllib.parse.quote` leaves slashes alone.
        const python = strict.replaceAll('%2F', '/');
        for (const form of [component, strict, python]) {
          const lower = form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
          for (const text of [form, lower]) expectHidden(secret, before + text + after, [text]);
        }
      }),
      RUNS,
    );
  });
});

/** Tokens and session tokens, of every length modulo 3; the last kind also differs in base64url and percent escapes. */
const longSecrets = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{64,90}(\.[A-Za-z0-9_-]{20,40}){0,2}$/),
  fc.stringMatching(/^[A-Za-z0-9/+]{80,120}={0,2}$/),
  fc.stringMatching(/^[!-~]{64,80}$/),
);

describe('of a secret of 64 characters or more, at most two characters at an edge can be read', () => {
  /** How many characters of the encoding that come from the secret alone are left to read. */
  function leftOf(forms: readonly string[], whole: string, own: string, start: number): number {
    const masker = createMasker();
    for (const form of forms) masker.addMask(form);
    const left = masker.mask(whole);
    const after = whole.length - start - own.length;
    const shown = left.slice(start, left.length - after).replaceAll('***', '');
    return shown.length;
  }

  const inBase64 = (formsOf: (secret: string) => readonly string[], most: number) =>
    fc.property(
      longSecrets,
      fc.uint8Array({ maxLength: 9 }),
      fc.uint8Array({ maxLength: 9 }),
      (secret, before, after) => {
        for (const encoding of ['base64', 'base64url'] as const) {
          for (const padding of [true, false]) {
            const padded = Buffer.concat([before, Buffer.from(secret), after]).toString(encoding);
            const whole = padding ? padded : padded.replace(/=+$/, '');
            const own = ownBase64(secret, before.length % 3, encoding);
            const start = Math.ceil((before.length * 8) / 6);
            expect({ whole, few: leftOf(formsOf(secret), whole, own, start) <= most }).toEqual({ whole, few: true });
          }
        }
      },
    );

  // Two characters are 16 bits: three characters of base64 at each end.
  test('in base64 and base64url, with and without padding, wherever it stands in what is encoded', () => {
    fc.assert(inBase64(derivedForms, 6), RUNS);
  });

  test('as it is, and escaped for JSON, XML and URLs, it is hidden whole', () => {
    fc.assert(
      fc.property(longSecrets, neighbours, neighbours, (secret, before, after) => {
        const json = JSON.stringify(secret).slice(1, -1);
        const escaped = encodeURIComponent(secret);
        const lower = escaped.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
        for (const form of [secret, json, escaped, lower]) {
          expect(shown(secret, before + form + after)).toBe(`${before}***${after}`);
        }
      }),
      RUNS,
    );
  });

  test.each([
    ['the whole', (secret: string) => [secret]],
    ['the whole, and without its last character', (secret: string) => [secret, secret.slice(0, -1)]],
  ])('fewer masks would not do: %s', (_, forms) => {
    expect(() => fc.assert(inBase64(forms, 60), RUNS)).toThrow('Property failed');
  });
});

describe('what the masks of a token cost', () => {
  const token = (length: number) => `eyJ${'aB3-x_9Q.'.repeat(200)}`.slice(0, length);
  const costOf = (forms: readonly string[]) => ({
    values: forms.length,
    bytes: forms.reduce((sum, form) => sum + `::add-mask::${form}\n`.length, 0),
    patterns: new Set(forms.flatMap((form) => [form, ...encodedForms(form)])).size,
  });

  test.each([1_100, 1_101, 1_102, 1_460])('%i characters: at most 4 values, 4,500 bytes and 20 patterns', (length) => {
    const { values, bytes, patterns } = costOf(derivedForms(token(length)));
    expect(values).toBeLessThanOrEqual(4);
    expect(bytes).toBeLessThanOrEqual(4_500);
    expect(patterns).toBeLessThanOrEqual(20);
  });

  test('a secret that never leaves the process has one', () => {
    const { masks } = printedBy(() => maskInternal(`${token(1_000)}/internal+=`));
    expect(masks).toEqual([`${token(1_000)}/internal+=`]);
    expect(redact(`a ${token(1_000)}/internal+= b`)).toBe('a *** b');
  });
});

describe('what is masked', () => {
  const TOKEN = 'eyJ2ZXIiOjF9.a-b_c.0123456789';

  test('each form once; none that is short', () => {
    const forms = derivedForms(TOKEN);
    expect(forms[0]).toBe(TOKEN);
    expect(new Set(forms).size).toBe(forms.length);
    fc.assert(
      fc.property(fc.string({ minLength: 6 }), (secret) => {
        expect(derivedForms(secret).every((form) => form.length >= 6)).toBe(true);
      }),
    );
  });

  test('no form that the runner adds by itself, and none that is like another', () => {
    const lengths = (secret: string) => derivedForms(secret).map((form) => form.length);
    expect(lengths('a'.repeat(64))).toEqual([64, 63, 62]);
    expect(lengths('a'.repeat(63))).toHaveLength(10);
    expect(derivedForms(`${'a'.repeat(64)}/`)).toEqual([
      ...[`${'a'.repeat(64)}/`, 'a'.repeat(64), 'a'.repeat(63)],
      `${'a'.repeat(64)}%2f`,
    ]);
    expect(derivedForms("AKIA('/')").filter((form) => form.includes('%'))).toEqual([
      ...["AKIA('%2F')", "AKIA('%2f')", 'AKIA%28%27%2f%27%29'],
      ...['AKIA%28%27/%27%29'],
    ]);
  });

  test('no form is an ordinary word of our own log', () => {
    for (const word of ['aws', 'https', 'username', 'password', 'Basic', 'us-east-1', '111111111111', 'codeartifact']) {
      expect(shown(TOKEN, `${word} and ${word}`)).toBe(`${word} and ${word}`);
    }
  });

  test('the commands tell the runner every form, and only once for a secret', () => {
    const first = printedBy(() => maskSecret(TOKEN));
    expect(first.masks).toEqual(derivedForms(TOKEN));
    expect(first.lines).toHaveLength(first.masks.length);
    expect(printedBy(() => maskSecret(TOKEN)).lines).toEqual([]);
  });

  test('a secret with line breaks and percent signs reaches the runner whole', () => {
    const secret = 'line-one%0A\r\nline-two%';
    expect(printedBy(() => maskSecret(secret)).masks).toContain(secret);
  });

  test('a value that is too short to be a secret is not masked, since words would be black', () => {
    for (const value of ['', 'a', 'aws', 'short']) expect(printedBy(() => maskSecret(value)).lines).toEqual([]);
    expect(printedBy(() => maskSecret('sixsix')).masks).toContain('sixsix');
  });

  test('a value that begins with a combining character is not printed, since the runner would show it', () => {
    for (const first of ['\u0e33', '\u0301', '\uff9e', '\u200d']) {
      const { masks, lines } = printedBy(() => maskSecret(`${first}never-printed-whole`));
      expect(masks).not.toContain(`${first}never-printed-whole`);
      expect(lines.every((line) => /^::add-mask::[!-~]/.test(line))).toBe(true);
      expect(redact(`a ${first}never-printed-whole b`)).toBe('a *** b');
    }
  });

  test('a key that is not printable ASCII is not printed, whatever it begins with, and not quoted', () => {
    for (const key of ['\u0e33never-a-key', 'never-\u0301-a-key', 'never-é-a-key', 'never-\u0000-a-key']) {
      for (const mask of [maskKey, maskInternal]) {
        expect(printedBy(() => mask(`${mask.name}-${key}`)).lines).toEqual([]);
        expect(redact(`a ${mask.name}-${key} b`)).toBe('a *** b');
      }
    }
    expect(printedBy(() => maskKey(' printable-key/+ \n')).masks).toEqual(derivedForms('printable-key/+'));
  });

  test('a text that is no well-formed Unicode is masked as well as it can be', () => {
    const { masks } = printedBy(() => maskSecret('half-\ud83d-surrogate'));
    expect(masks.length).toBeGreaterThan(0);
  });

  test('takes little time for the longest tokens', () => {
    const begin = performance.now();
    const forms = derivedForms('x'.repeat(20_000));
    expect(performance.now() - begin).toBeLessThan(100);
    expect(forms.every((form) => form.length < 65_000)).toBe(true);
  });
});

describe('redact', () => {
  test('replaces every known secret, the longer first', () => {
    printedBy(() => {
      maskSecret('redacted');
      maskSecret('redacted-and-more');
      maskSecret("$&$'`$1");
    });
    expect(redact("a redacted-and-more b redactedredacted c $&$'`$1 d")).toBe('a *** b ****** c *** d');
    expect(redact('nothing to hide')).toBe('nothing to hide');
  });
});
