import { trim } from './dotnet-text.ts';
import type { Masker } from './masker.ts';
import { WorkerDeath } from './worker-death.ts';

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
  /**
   * Says that the step is over. Throws {@link WorkerDeath} for an issue that is cut between the halves of a character.
   */
  complete(): void;
};

const MAX_ISSUES_PER_LEVEL = 10;
const MAX_MESSAGE_LENGTH = 4096;

/** The first three errors and warnings of a step go into the Worker's own trace, each cut to 256 UTF-16 units. */
const TRACED = { count: 3, length: 256 };

/** @param onLine gets each masked line too, for the job's log */
export function createStepLog(masker: Masker, debug: boolean, onLine: (line: string) => void): StepLog {
  const lines: string[] = [];
  const annotations: Annotation[] = [];
  const issues: Pick<Annotation, 'level' | 'message'>[] = [];
  const write = (message: string): void => {
    for (const line of masker.mask(message).split('\n')) {
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
      const shown = masker.mask(message).slice(0, MAX_MESSAGE_LENGTH);
      if (issues.filter((issue) => issue.level === level).length < MAX_ISSUES_PER_LEVEL) {
        issues.push({ level, message: shown });
        const told = trim(shown) === '' ? (properties.get('message') ?? '') : shown;
        if (trim(told) !== '') annotations.push({ level, message: told, properties: Object.fromEntries(properties) });
      }
      if (shown !== '') write(`##[${level}]${shown}`);
    },
    complete() {
      const traced = issues.filter(({ level, message }) => level !== 'notice' && message !== '').slice(0, TRACED.count);
      const sent = [...traced.map(({ message }) => message.slice(0, TRACED.length)), ...issues.map((i) => i.message)];
      const broken = sent.find((text) => !text.isWellFormed());
      if (broken !== undefined)
        throw new WorkerDeath(`An issue of ${broken.length} UTF-16 units holds half a character.`);
    },
  };
}
