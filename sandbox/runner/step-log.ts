import { splitLines } from './line-splitter.ts';
import type { Masker } from './masker.ts';

/** An annotation as GitHub shows it: message masked and cut to 4096 characters; properties are NOT masked there. */
export type Annotation = {
  level: 'error' | 'warning' | 'notice';
  message: string;
  properties: Record<string, string>;
};

/** What one step shows. Every line is masked with the secrets known when it is written, and never again. */
export type StepLog = {
  readonly lines: string[];
  /** At most ten of each level; more are only lines. */
  readonly annotations: Annotation[];
  write(message: string): void;
  debug(message: string): void;
  issue(level: Annotation['level'], message: string, properties?: Map<string, string>): void;
};

const MAX_ANNOTATIONS_PER_LEVEL = 10;
const MAX_ANNOTATION_LENGTH = 4096;

/** @param onLine gets each masked line too, for the job's log */
export function createStepLog(masker: Masker, debug: boolean, onLine: (line: string) => void): StepLog {
  const lines: string[] = [];
  const annotations: Annotation[] = [];
  const write = (message: string): void => {
    for (const line of masker.mask(message).split(/\r\n|\n/)) {
      lines.push(line);
      onLine(line);
    }
  };
  return {
    lines,
    annotations,
    write,
    debug(message) {
      if (debug) for (const line of message.split(/\r\n|\n/)) write(`##[debug]${line}`);
    },
    issue(level, message, properties = new Map()) {
      const shown = masker.mask(message).slice(0, MAX_ANNOTATION_LENGTH);
      if (annotations.filter((annotation) => annotation.level === level).length < MAX_ANNOTATIONS_PER_LEVEL) {
        annotations.push({ level, message: shown, properties: Object.fromEntries(properties) });
      }
      if (shown !== '') write(`##[${level}]${shown}`);
    },
  };
}

const MAX_SUMMARY_BYTES = 1024 * 1024;

/** The step summary as it is uploaded, masked line by line. Throws the runner's words above 1 MiB. */
export function maskSummary(summary: Buffer, masker: Masker): string {
  if (summary.length > MAX_SUMMARY_BYTES) {
    const size = Math.floor(summary.length / 1024);
    throw new Error(`$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${size}k.`);
  }
  return splitLines(summary.toString('utf8'))
    .map((line) => `${masker.mask(line)}\n`)
    .join('');
}
