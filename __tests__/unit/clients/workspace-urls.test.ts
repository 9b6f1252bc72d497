import { describe, expect, test } from '@jest/globals';
import { expand, sendsElsewhere, urlsIn } from '../../../src/clients/workspace-urls.ts';
import { hostileLength } from '../../support/random-cases.ts';

const ENVIRONMENT = {
  SERVER: 'https://github.example',
  REGION: 'us-east-1',
  EMPTY: '',
  START: 'a@',
  END: '@a',
  LONG: 'x'.repeat(1025),
  TOKEN: 'never-told',
};
const expanded = (text: string) => expand(text, ENVIRONMENT, ['TOKEN']);

describe('variables', () => {
  test.each([
    [`\${SERVER}/`, 'https://github.example/'],
    ['$SERVER/', 'https://github.example/'],
    ['{env:SERVER}/{env:SERVER:https://x/}', 'https://github.example/https://github.example'],
    ['{env:UNSET:https://x}/', 'https://x/'],
    [`\${EMPTY}|$EMPTY|{env:EMPTY:x}|{env:UNSET:}|`, '||||'],
    ...[`\${UNSET} $UNSET {env:UNSET} $SERVERS $$ {SERVER}`, '$toString', `\${TOKEN}$TOKEN{env:TOKEN:x}`].map(
      (text): [string, string] => [text, text],
    ),
  ])('%s', (text, value) => {
    expect(expanded(text)).toBe(value);
  });

  test('are replaced within bounds', () => {
    const SERVER = `\${SERVER}`;
    expect(expanded(SERVER.repeat(21))).toBe(ENVIRONMENT.SERVER.repeat(20) + SERVER);
    expect(expanded(`${SERVER} \${LONG}`)).toBe(`${ENVIRONMENT.SERVER} \${LONG}`);
    expect(expand(`\${X}`, { X: 'x'.repeat(1024) }, [])).toHaveLength(1024);
    expect(expanded(SERVER.padEnd(4096))).toContain('github');
    expect(expanded(SERVER.padEnd(4097))).toBe(SERVER.padEnd(4097));
  });
});

describe('the token of a variable', () => {
  const HOST = 'acme-1.d.codeartifact.us-east-1.amazonaws.com';
  const sends = (text: string, isValue = false) =>
    sendsElsewhere({ text, isValue }, 'TOKEN', { hosts: ['other.example', HOST], environment: ENVIRONMENT });
  const T = `\${TOKEN}`;

  test.each([
    `-i https://aws:${T}@${HOST}/simple/ x # https://x.example`,
    `-i "https://aws:${T}@${HOST}:443/a b/"`,
    `-i https://$TOKEN@${HOST.toUpperCase()}./`,
    `-i https://aws:%TOKEN%@${HOST}/pypi/\${ANY}/$ANY/?a#b`,
    `[https://aws:${T}@${HOST}/, x]`,
    `-i https://aws:${T}@${HOST.replace('us-east-1', `\${REGION}`)}/`,
    `twine -p ${T} --repository-url https://${HOST}/`,
    '-i https://x.example/$TOKENS/TOKEN',
  ])('stays with our hosts: %s', (text) => {
    expect(sends(text)).toBe(false);
    expect(sends(`pip install ${text}`, true)).toBe(false);
  });

  test.each([
    `-i https://x.example/${T}/`,
    `-i "https://x.example/a b/${T}/"`,
    `-i 'https://x.example/ https://${HOST}/${T}/'`,
    `-i "https://x.example/a b/${T}`,
    `-i https://x.example/a\\ b/${T}/`,
    `-i https://x.example/\u00a0${T}/`,
    `-i https://x.example/{env:X:${T}}/`,
    `-i https://${HOST}$HOME@x.example/${T}/`,
    `-i https://${HOST}{env:HOME}@x.example/${T}/`,
    `-i https://x.example/$SERVER/${T}/`,
    `-i https://x.example/$toString/${T}/`,
    `x @ https://x.example/{env:NOPE:{env:TOKEN}}/x.whl`,
    `x @ https://x.example/{env:TO{env:NOPE:KEN}}/x.whl`,
    `-i ht\${NOPE}tps://x.example/${T}/`,
    `-i \${SERVER}.x.example?${T}`,
    `-i %SERVER%.x.example?${T}`,
    `x @ http:x.example/{env:TO{env:NOPE:KEN}}`,
    `-i \${START}${T}`,
    `-i \${END}${T}`,
    `-i http:x.example/${T}`,
    `x @ git+ssh://${T}@x.example/x.git`,
    `x @ git+https://x.example/${T}/x.git`,
    `-i http://aws:${T}@${HOST}/`,
    `-i https:/x.example/${T}`,
    `-i https:x.example/${T}`,
    `-i https://${HOST}/,https://x.example/${T}`,
    `-i https://${HOST}\\@x.example/${T}`,
    `-i https://${HOST}|x.example/${T}`,
    `-i https://${HOST} @x.example/${T}`.replace(/ @/, '\t@').replace(/(https.*)/, '"$1"'),
    `-i https://${HOST}.x.example/${T}`,
    `-i https://x${HOST}/${T}`,
    `-i "https://x.example/\\" ${T}"`,
    `-i https://${HOST}, @x.example/${T}`,
    `-i https://${HOST}/ --extra-index-url \${SERVER}.x.example?${T}`,
    `x [y] @ https://x.example/a b/${T}/x.whl`,
    `-i https://${HOST},@x.example/${T}`,
    `-i https://${HOST}:x@x.example/${T}`,
    `-i https://${HOST.replace('.d.', '_d_')}/${T}`,
    `-i https://aws:${T}@\${UNSET}.example/`,
    `-i https://aws:${T}@${HOST.replace('us-east-1', `\${EMPTY}`)}/`,
  ])('may go elsewhere: %s', (text) => {
    expect(sends(text)).toBe(true);
    expect(sends(text.replace(/^-i /, ''), true)).toBe(true);
  });

  test('a script is taken apart as a shell does, and a line is not: uv takes all behind an option for a URL', () => {
    const texts = [
      `--extra-index-url https://x.example/simple -i https://aws:{env:TOKEN:x}@${HOST}`,
      `twine -u aws:${T} https://x.example/`,
    ];
    expect(texts.map((text) => sends(`pip ${text}`, true))).toEqual([false, false]);
    expect(texts.map((text) => sends(text))).toEqual([true, true]);
    for (const url of [`"https://x.example/a b/${T}"`, `'https://x.example/a b/${T}'`]) {
      expect([url, url.slice(0, -1)].map((one) => sends(`pip -i ${one}`, true))).toEqual([true, true]);
    }
    expect(sends(`pip -i "https://x.example/\\" ${T}"`, true)).toBe(true);
  });

  test('a value that is a URL, or a requirement with one, goes on to its end', () => {
    const urls = [` https://x.example/a b/${T}`, `x=http:x.example/ ${T}`, `x[y] @ https://x.example/ ${T}`];
    expect(urls.map((text) => sends(text, true))).toEqual([true, true, true]);
    expect(sends(`x https://x.example/ ${T}`, true)).toBe(false);
  });

  test.each([
    '{env:',
    '{env:a:',
    '$',
    '${',
    '"',
    "'",
    '\\',
    'https://',
    'https://@',
    '$TOKEN ',
    '$TOKEN',
    '%TOKEN',
    'a',
  ])('is looked for in linear time: %j, over and over', (unit) => {
    const text = `${unit.repeat(hostileLength(2 ** 18) / unit.length)} https://x/$TOKEN`;
    const before = process.cpuUsage();
    for (const isValue of [true, false]) sends(text, isValue);
    expand(text, ENVIRONMENT, []);
    const { user, system } = process.cpuUsage(before);
    // Microseconds; a quadratic step takes minutes.
    expect(user + system).toBeLessThan(2_000_000);
  });
});

describe('URLs', () => {
  const readings = (text: string) => urlsIn(text).map((one) => one && one.protocol + one.host);

  test.each([
    ['https://A.Example./x http://me:you@b.example:8080?x#y', ['https:a.example', 'http:b.example:8080']],
    ['x=https://a.example/,https://b.example', ['https:a.example', 'https:b.example']],
    ['no http, https, HTTP//x', []],
    ['"https://a.example","x"', ['https:a.example","x"', 'https:a.example']],
    ['[https://a.example]', [null, 'https:a.example']],
    ['https:a.example', ['https:a.example']],
    ['HTTPS:/a.example/', ['https:a.example']],
    ['https:\\\\a.example', ['https:a.example', null]],
    // Where httpx and urllib go, after where urllib3, uv and Node.js do.
    ['https://a.example\\@b.example/', ['https:a.example', 'https:b.example']],
    ['https://a.example\\.b.example/', ['https:a.example', null]],
    ['https://a.example|b.example/', [null]],
    ['https://a.example @b.example/', ['https:b.example']],
    ['http://a.example\t\n@b.example/ x', ['http:b.example']],
    ['https://a.exa\tmple/ x', ['https:a.example']],
    ['https://a.example,@b.example/', ['https:b.example', 'https:a.example']],
    ['https://a.example x @ https://b.example/', [null, 'https:b.example']],
  ])('%j', (text, found) => {
    expect(readings(text)).toEqual(found);
  });

  test('have a host also behind a long name of a user', () => {
    expect(readings(`http://${'a'.repeat(2000)}@a.example/`)).toEqual(['http:a.example']);
  });

  test.each(['https:', 'https:/', 'https:\\', 'https://@ ', 'https://"@', 'https:\t'])(
    'take linear time: %j, over and over',
    (unit) => {
      const text = unit.repeat(hostileLength(2 ** 18) / unit.length);
      const before = process.cpuUsage();
      urlsIn(text);
      const { user, system } = process.cpuUsage(before);
      // Microseconds; a quadratic step takes minutes.
      expect(user + system).toBeLessThan(4_000_000);
    },
  );
});
