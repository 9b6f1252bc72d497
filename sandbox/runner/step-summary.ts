import { decodeText } from './byte-order-mark.ts';
import { splitLines } from './line-splitter.ts';
import type { Masker } from './masker.ts';

const MAX_SUMMARY_BYTES = 1024 * 1024;

/** The step summary as it is uploaded, masked line by line. Throws the runner's words for one that is not uploaded. */
export function maskSummary(summary: Buffer, masker: Masker): string {
  if (summary.length > MAX_SUMMARY_BYTES) {
    const size = Math.floor(summary.length / 1024);
    throw new Error(
      `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${size}k. For more ` +
        'information see: ' +
        'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-markdown-summary',
    );
  }
  const masked = splitLines(decodeText(summary)).map((line) => `${masker.mask(line)}\n`);
  // A mask may begin between the halves of a character; the half that is left cannot be written as UTF-8.
  if (!masked.every((line) => line.isWellFormed())) {
    throw new Error(
      "Failed to create step summary using 'GITHUB_STEP_SUMMARY': Unable to translate Unicode character.",
    );
  }
  return masked.join('');
}
