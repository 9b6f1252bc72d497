import { expect, test } from '@jest/globals';
import { summaryText } from '../../sandbox/summary-text.ts';

const row = (tag: string, ...cells: string[]) => `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;

test('a table that fits stands in columns, without tags and escapes', () => {
  const head = row('th', 'Repository', 'Until');
  const body = row('td', '<code>team</code><br>uploads', '14:00') + row('td', 'a &#38; b', '15:00');
  expect(summaryText(`<h3>CodeArtifact</h3>\n<table>${head}${body}</table>\n`)).toBe(
    ['CodeArtifact', '', '  Repository  Until', '  team        14:00', '  uploads', '  a & b       15:00'].join('\n'),
  );
});

test('a table that is too wide stands row by row, with the names of its columns', () => {
  const url = `https://${'x'.repeat(120)}`;
  const head = row('th', 'Repository', 'Section', 'Until');
  expect(summaryText(`<table>${head}${row('td', `team<br>${url}`, '[a]', '14:00')}</table>`)).toBe(
    ['team', `    ${url}`, '    Section  [a]', '    Until    14:00'].join('\n'),
  );
});

test('a folded part shows its title', () => {
  expect(summaryText('Words.\n<details><summary>Why</summary>\n\nreasons\n</details>\n')).toBe('Words.\n\n▸ Why');
});
