import { describe, expect, test } from '@jest/globals';
import { describeBesideUv } from '../../../src/clients/beside-uv.ts';
import type { Tool } from '../../../src/clients/table.ts';

describe('uv beside pip', () => {
  test('is warned of where the list has pip alone, with the list to write', () => {
    expect(describeBesideUv(['pip', 'twine'], '/usr/bin/uv')).toEqual([
      expect.stringMatching(/^Input tools names pip but not uv, .*\(\/usr\/bin\/uv\).*Write tools: pip twine uv\.$/),
    ]);
  });

  test.each<[string, Tool[], string | undefined]>([
    ['where uv is named', ['pip', 'uv'], '/usr/bin/uv'],
    ['where hatch brings its settings', ['pip', 'hatch'], '/usr/bin/uv'],
    ['without pip', ['twine', 'poetry'], '/usr/bin/uv'],
    ['where uv is not installed', ['pip'], undefined],
  ])('is not, %s', (_, tools, uv) => {
    expect(describeBesideUv(tools, uv)).toEqual([]);
  });
});
