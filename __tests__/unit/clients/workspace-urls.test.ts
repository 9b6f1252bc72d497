import { describe, expect, test } from '@jest/globals';
import { expand, placeholderOf, urlsIn } from '../../../src/clients/workspace-urls.ts';

const ENVIRONMENT = { SERVER: 'https://github.example', EMPTY: '', LONG: 'x'.repeat(1025), TOKEN: 'never-told' };
const expanded = (text: string) => expand(text, ENVIRONMENT, ['TOKEN']);

describe('variables', () => {
  test.each([
    [`\${SERVER}/`, 'https://github.example/'],
    ['$SERVER/', 'https://github.example/'],
    ['{env:SERVER}/{env:SERVER:https://x/}', 'https://github.example/https://github.example'],
    ['{env:UNSET:https://x}/', 'https://x/'],
    [`\${EMPTY}|$EMPTY|{env:EMPTY:x}|{env:UNSET:}|`, '||||'],
    [`\${UNSET} $UNSET {env:UNSET} $SERVERS $$ {SERVER}`, `\${UNSET} $UNSET {env:UNSET} $SERVERS $$ {SERVER}`],
    [`\${TOKEN}$TOKEN{env:TOKEN:x}`, placeholderOf('TOKEN').repeat(3)],
  ])('%s', (text, value) => {
    expect(expanded(text)).toEqual({ text: value, isWhole: true });
  });

  test('are replaced within bounds, beyond which that is said', () => {
    const SERVER = `\${SERVER}`;
    expect(expanded(SERVER.repeat(20))).toEqual({ text: ENVIRONMENT.SERVER.repeat(20), isWhole: true });
    expect(expanded(SERVER.repeat(21))).toEqual({ text: ENVIRONMENT.SERVER.repeat(20) + SERVER, isWhole: false });
    expect(expanded(`${SERVER} \${LONG}`)).toEqual({ text: `${ENVIRONMENT.SERVER} \${LONG}`, isWhole: false });
    const short = expand(`\${X}`, { X: 'x'.repeat(1024) }, []);
    expect([short.text.length, short.isWhole]).toEqual([1024, true]);
    expect(expanded(SERVER.padEnd(4096)).isWhole).toBe(true);
    expect(expanded(SERVER.padEnd(4097))).toEqual({ text: SERVER.padEnd(4097), isWhole: false });
    const long = 'x'.repeat(5000);
    expect(expanded(`${long}$TOKEN\${UNSET}`)).toEqual({
      text: `${long}${placeholderOf('TOKEN')}\${UNSET}`,
      isWhole: true,
    });
  });
});

describe('URLs', () => {
  /** The readings of each URL of a text. */
  const readings = (text: string) =>
    urlsIn(text).flatMap(({ urls }) => urls.map((url) => url.readings.map((one) => one && one.protocol + one.host)));

  test.each([
    ['https://A.Example./x http://me:you@b.example:8080?x#y', [['https:a.example'], ['http:b.example:8080']]],
    ['x=https://a.example/,https://b.example', [['https:a.example'], ['https:b.example']]],
    ['no http, https, HTTP//x', []],
    ['"https://a.example","x"', [['https:a.example","x"', 'https:a.example']]],
    ['[https://a.example]', [[null, 'https:a.example']]],
    ['https:a.example', [['https:a.example']]],
    ['HTTPS:/a.example/', [['https:a.example']]],
    ['https:\\\\a.example', [['https:a.example', null]]],
    // Where httpx and urllib go, after where urllib3, uv and Node.js do.
    ['https://a.example\\@b.example/', [['https:a.example', 'https:b.example']]],
    ['https://a.example\\.b.example/', [['https:a.example', null]]],
    ['https://a.example|b.example/', [[null]]],
    ['https://a.example @b.example/', [['https:b.example']]],
    ['http://a.example\t\n@b.example/ x', [['http:b.example']]],
    ['https://a.exa\tmple/ x', [['https:a.example']]],
    ['https://a.example,@b.example/', [['https:b.example', 'https:a.example']]],
    ['https://a.example x @ https://b.example/', [[null], ['https:b.example']]],
  ])('%j', (text, found) => {
    expect(readings(text)).toEqual(found);
  });

  test('have their words, and their places there', () => {
    const [first, ...others] = urlsIn('a x=https://b/https:c d');
    expect(first).toMatchObject({ word: 'x=https://b/https:c', urls: [{ index: 2 }, { index: 12 }] });
    expect(others).toEqual([]);
  });

  test('whose host has no end are none', () => {
    expect(readings(`https://${'a'.repeat(1015)}/`)).toEqual([[`https:${'a'.repeat(1015)}`]]);
    expect(readings(`https://${'a'.repeat(1016)}/`)).toEqual([[null]]);
  });

  test.each(['https:', 'https:/', 'https:\\', 'https://@ ', 'https://"@', 'https:\t'])(
    'take linear time: 256 KiB of %j',
    (unit) => {
      const text = unit.repeat(2 ** 18 / unit.length);
      const before = process.cpuUsage();
      urlsIn(text);
      const { user, system } = process.cpuUsage(before);
      // Microseconds; a quadratic step takes minutes.
      expect(user + system).toBeLessThan(10_000_000);
    },
  );
});
