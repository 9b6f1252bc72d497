import { type Choice, chooseSection } from '../../src/keyringrc/choose-section.ts';
import { NO_KEYRINGRC, readKeyringrc } from '../../src/keyringrc/keyringrc.ts';
import type { Matching } from '../../src/keyringrc/section.ts';
import { sampleRepository } from './sample-repository.ts';

/** The section that the text of a keyringrc.cfg has for a repository; without a text, what stands for no file. */
export function choiceIn(
  text: string | undefined,
  repository = sampleRepository(),
  matching: Matching = 'strict',
): Choice {
  return chooseSection(text === undefined ? NO_KEYRINGRC : readKeyringrc(text), repository, matching);
}
