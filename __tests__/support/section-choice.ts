import { type Choice, chooseSection, type Matching } from '../../src/keyringrc/choose-section.ts';
import { NO_KEYRINGRC, readKeyringrc } from '../../src/keyringrc/keyringrc.ts';
import { sampleRepository } from './sample-repository.ts';

/** The section that the text of a keyringrc.cfg has for a repository; without a text, what stands for no file. */
export function choiceIn(
  text: string | undefined,
  repository = sampleRepository(),
  matching: Matching = 'strict',
): Choice {
  const { domain, account, region, repository: name } = repository;
  return chooseSection(
    text === undefined ? NO_KEYRINGRC : readKeyringrc(text),
    { domain, account, region, name },
    matching,
  );
}
