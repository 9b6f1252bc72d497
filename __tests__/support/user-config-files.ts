/** Configuration files as users have them, ordinary and odd; for fast-check. Python accepts most of them. */
import fc from 'fast-check';

type Text = fc.Arbitrary<string>;

const one = (...texts: string[]): Text => fc.constantFrom(...texts);
const joined = (...parts: Text[]): Text => fc.tuple(...parts).map((texts) => texts.join(''));
/** The first text five times as often as all others together. */
const mostly = (usual: string, ...rest: string[]): Text =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, one(...rest));

const comment = joined(
  mostly('', ' ', '\t'),
  one('#', ';'),
  one('', ' old', ' a = b', '[section]', ' index-servers = x'),
);
const filler = fc.oneof(comment, one('', '', ' ', '\t'));
const word = one(
  ...['a', '30', 'true', 'https://index.example/simple/', 'C:\\x', '"q"', '%(x)s', 'é', 'ab#cd', 'a ; b', 'a # b'],
  ...['[x]', 'x = y', 'https://u:p@h.example/', '\u{1f600}', '-', "'", '\\', 'a\u00a0b', 'naïve à'],
);

/**
 * @param sections names of sections, the likely ones more than once
 * @param names names of options
 * @param special whole blocks that the format knows, by their lines
 */
export function userConfigFiles(sections: Text, names: Text, special: fc.Arbitrary<readonly string[]>): Text {
  const continuation = joined(one(' ', '\t', '    ', '        '), fc.oneof(word, comment, one('index-url = x', '[x]')));
  const option = fc
    .tuple(
      joined(mostly('', ' ', '  ', '\t'), names, one('=', ' = ', ':', ' : ', '= ', ' ='), fc.oneof(word, one(''))),
      fc.oneof(
        { weight: 3, arbitrary: fc.constant<string[]>([]) },
        { weight: 1, arbitrary: fc.array(fc.oneof({ weight: 3, arbitrary: continuation }, filler), { maxLength: 3 }) },
      ),
    )
    .map(([first, more]) => [first, ...more]);
  const nameOf = ([first = '']: readonly string[]) => /^\s*(.*?)\s*[=:]/.exec(first)?.[1]?.toLowerCase() ?? first;
  const options = fc.uniqueArray(option, { maxLength: 4, selector: nameOf });
  const block = fc
    .tuple(joined(mostly('', ' ', '\t'), fc.constant('['), sections, mostly(']', '] ', '] ; x', ']]')), options)
    .map(([header, list]) => [header, ...list.flat()]);
  const sectionOf = ([header = '']: readonly string[]) => header.trim().replace(/^\[(.*)\].*$/, '$1');
  const blocks = fc.uniqueArray(fc.oneof({ weight: 3, arbitrary: block }, { weight: 1, arbitrary: special }), {
    maxLength: 4,
    selector: sectionOf,
  });
  const fillers = fc.array(fc.tuple(fc.nat(30), filler), { maxLength: 3 });
  return fc
    .tuple(blocks, fillers, mostly('\n', '\r\n', '\r'), mostly('end', ''), mostly('', 'mixed'))
    .map(([list, fillings, end, ended, mixed]) => {
      const lines = fillings.reduce((all, [at, text]) => all.toSpliced(at, 0, text), list.flat());
      const ends = mixed ? [end, '\n', '\r\n'] : [end];
      return lines
        .map((line, index) => line + (index === lines.length - 1 && !ended ? '' : ends[index % ends.length]))
        .join('');
    });
}
