import { summaryText } from '../summary-text.ts';

/** A job summary, up to the next line of the log, which names its job. */
const SUMMARY = /^(\[[^\]]+\] +)⚙ {2}Summary - (.*?)(?=^\[)/gms;

/**
 * The log of act as a person reads it: the job summary as text, and neither act's asking for Docker, which jobs on this
 * machine do not need, nor its lines of masks.
 */
export function readableLog(shown: string): string {
  return shown
    .replace(SUMMARY, (_, job: string, summary: string) => `${textOf(job, summary)}\n`)
    .split('\n')
    .filter((line) => !line.includes('docker connection') && !/⚙ {2}\*\*\*$/.test(line))
    .join('\n')
    .trimEnd();
}

function textOf(job: string, summary: string): string {
  return summaryText(summary).replace(/^.*$/gm, (line) => `${job}| ${line}`.trimEnd());
}
