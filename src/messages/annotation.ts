/** The text of an annotation, within what GitHub's runner bears. Pure. */
import { count } from './wording.ts';

/** UTF-16 units of an annotation. The runner (2.336) cuts at 4,096 and says nothing. */
const MOST = 4_000;

/** Units of one sentence among others, so that a long one leaves room for them. */
const MOST_OF_SEVERAL = 1_000;

/** Units that the words for what is left out may take. */
const REST = 100;

/**
 * Sentences as one annotation. What does not fit is left out, and the text says how much; a word is there as a whole or
 * not at all, since half a secret is one that no mask hides.
 * @param sentences of one line each
 * @returns a line for each of several, with its number; at most 4,000 UTF-16 units
 */
export function annotationOf(sentences: readonly string[]): string {
  const [only = ''] = sentences;
  if (sentences.length < 2) return shorten(only, MOST);
  const lines = [`${sentences.length} problems:`];
  let left = MOST - REST;
  for (const [index, sentence] of sentences.entries()) {
    const line = `${index + 1}. ${shorten(sentence, MOST_OF_SEVERAL)}`;
    left -= line.length + 1;
    if (left < 0)
      return [...lines, `And ${sentences.length - index} more, which the log of this step lists.`].join('\n');
    lines.push(line);
  }
  return lines.join('\n');
}

/**
 * Leaves out words in the middle, since the beginning says where something is wrong, and the end what to do.
 * @param most UTF-16 units, more than 100
 */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const words = text.split(/(?<=\s)/);
  const room = (most - REST) / 2;
  const head = takeWords(words, room);
  const tail = takeWords(words.toReversed(), room).toReversed();
  const kept = [...head, ...tail].reduce((sum, word) => sum + word.length, 0);
  const gap = `(... ${count(text.length - kept, 'character')} not shown here ...) `;
  return head.join('') + gap + tail.join('');
}

function takeWords(words: readonly string[], room: number): string[] {
  let left = room;
  const end = words.findIndex((word) => {
    left -= word.length;
    return left < 0;
  });
  return words.slice(0, end);
}
