/** The build's marks: they change when V8 compiles a function, and nothing that it does. */
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { markFunctions } from '../../scripts/build/eager-functions.ts';

/** Marks functions that start and end with these texts, as if they had been called. */
function mark(code: string, ...called: readonly string[]): string {
  const functions = called.map((text) => {
    const startOffset = code.indexOf(text);
    expect([text, startOffset]).not.toEqual([text, -1]);
    return { ranges: [{ startOffset, endOffset: startOffset + text.length, count: 1 }] };
  });
  return markFunctions(code, functions);
}

describe('a function that usual steps call', () => {
  test('stands in parentheses', () => {
    expect(mark('const a={1:function(){return 1}};', 'function(){return 1}')).toBe(
      'const a={1:(function(){return 1})};',
    );
    expect(mark('each(e=>e+1);', 'e=>e+1')).toBe('each((e=>e+1));');
    expect(mark('const a=async()=>{};', 'async()=>{}')).toBe('const a=(async()=>{});');
    const nested = 'const a=e=>f=>e+f;';
    expect(mark(nested, 'e=>f=>e+f', 'f=>e+f')).toBe('const a=(e=>(f=>e+f));');
  });

  test('is moved to the start of what holds it where it is a declaration', () => {
    const code = 'run(function(){go();function go(){return 1}function stay(){}});';
    expect(mark(code, 'function go(){return 1}')).toBe(
      'run(function(){;var go=(function (){return 1});go();function stay(){}});',
    );
    const strict = '(()=>{"use strict";go();function go(){}})();';
    expect(mark(strict, 'function go(){}')).toBe('(()=>{"use strict";;var go=(function (){});go();})();');
  });

  test('stays where it is a method, or declared in a file or a block', () => {
    for (const [code, text] of [
      ['class A{go(){}}', 'go(){}'],
      ['const a={go(){},get b(){return 1}};', 'go(){}'],
      ['const a={get b(){return 1}};', 'get b(){return 1}'],
      ['function go(){}go();', 'function go(){}'],
      ['run(()=>{if(a){function go(){}}});', 'function go(){}'],
    ] as const) {
      expect(mark(code, text)).toBe(code);
    }
  });

  test('does what it did: names, order, what is assigned later, what calls itself, what is declared twice', () => {
    const code = `
      const log=[];
      (function(){
        log.push(first.name,second.name,first(3));
        function first(n){return n===0?second():first(n-1)}
        const kept=first;
        function second(){return 'second'}
        second=()=>'assigned';
        log.push(kept(2),twice());
        function twice(){return 1}
        function twice(){return 2}
        function* count(){yield 1;yield 2}
        log.push(...count());
      })();
      log.join();`;
    const texts = [
      'function first(n){return n===0?second():first(n-1)}',
      "function second(){return 'second'}",
      'function twice(){return 2}',
      'function* count(){yield 1;yield 2}',
    ];
    const marked = mark(code, ...texts);
    expect(marked.match(/;var \w+=\(function/g)).toHaveLength(4);
    const run = (text: string) => runInNewContext(text) as unknown;
    expect(run(marked)).toBe('first,second,second,assigned,2,1,2');
    expect(run(marked)).toBe(run(code));
  });

  test('only that one', () => {
    const functions = [{ ranges: [{ startOffset: 2, endOffset: 7, count: 0 }] }];
    expect(markFunctions('a(e=>1);', functions)).toBe('a(e=>1);');
  });
});
