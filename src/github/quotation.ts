/** Words of others in our messages: what a server answers may quote whatever it was sent, secrets included. */
import { redact } from './masks.ts';

/** Characters of others that a message repeats at most. */
const MOST = 1_000;

/** White space, and what shows as nothing; also as a program writes them in a string. */
const BLANKS = /(?:[\s\p{Cc}\p{Cf}\p{Z}]|\\[nrt])+/gu;

/** What tokens consist of, with the blanks by which somebody may have taken one apart. */
const RUN = /[A-Za-z0-9+/=_.%~-][A-Za-z0-9+/=_.%~ -]*/g;

/** A line of OpenSSL's, of which only the reason says something: numbers, library, function, reason, file, line. */
const OPENSSL = /[0-9A-F]{8,}:error:[0-9A-F]+:[^:]*:[^:]*:(?<reason>[^:]*):[^:]*:\d+:/g;

/** Signs of chance that no sentence has: 100 characters of base64 have 40 of them, an ARN has 15, a path about 30. */
const MOST_IN_RUN = 40;
const MOST_IN_ALL = 150;

/** Characters of one part of a path; hashes have 64. */
const LONGEST_PART = 64;

/**
 * A text of somebody else in one line, without what could be a secret: first all blanks become one each, then known
 * secrets go, and whatever looks like a token of hundreds of characters, also where blanks take it apart. Sentences,
 * ARNs and paths stay.
 */
export function quote(text: string): string {
  const line = redact(text).replace(OPENSSL, '$<reason>').replace(BLANKS, ' ');
  const bare = line.replaceAll(' ', '');
  if (redact(bare) !== bare) return '(not shown, since it quotes a secret)';
  const clean = line.replace(RUN, (run) => (signsOfChance(run) < MOST_IN_RUN ? run : '*** ')).trim();
  if (signsOfChance(clean) >= MOST_IN_ALL) return '(not shown, since it could quote a secret)';
  return clean.length > MOST ? `${clean.slice(0, MOST)}...` : clean;
}

/** Digits, and capitals that begin no word; all of a part that is too long for a word or a name. */
function signsOfChance(text: string): number {
  return text
    .split(/[ /]/)
    .map((part) => (part.length > LONGEST_PART ? part.length : (part.match(/\d|[A-Z](?![a-z])/g)?.length ?? 0)))
    .reduce((sum, signs) => sum + signs, 0);
}
