import { sep } from 'node:path';
import { NamedValues } from './named-values.ts';

/**
 * The properties of an annotation as the runner passes them on (ActionCommandManager): a `file` in the workspace
 * becomes relative to it, and lines and columns that contradict each other fall away.
 */
export function placeAnnotation(
  given: NamedValues,
  job: { readonly workspace: string; readonly repository: string },
): NamedValues {
  const properties = new NamedValues();
  for (const [name, value] of given) properties.set(name, value);
  dropContradictions(properties);
  const file = properties.get('file') ?? '';
  const inWorkspace = file === job.workspace || file.startsWith(job.workspace + sep);
  if (inWorkspace) properties.set('repo', job.repository);
  const path = file.slice(job.workspace.length + 1).replaceAll(sep, '/');
  if (inWorkspace && path !== '') properties.set('file', path);
  return properties;
}

function dropContradictions(properties: NamedValues): void {
  const [endLine, endColumn] = [toInteger(properties, 'endLine'), toInteger(properties, 'endColumn')];
  // The value of a start that is taken over from its end is not read again: it stays 0.
  const startsAt = (start: string, end: string, endNumber: number | undefined): number | undefined => {
    const number = toInteger(properties, start);
    if (number !== undefined || endNumber === undefined) return number;
    properties.set(start, properties.get(end) ?? '');
    return 0;
  };
  const line = startsAt('line', 'endLine', endLine);
  const column = startsAt('col', 'endColumn', endColumn);
  const severalLines = endLine !== undefined && properties.get('line') !== properties.get('endLine');
  const noColumns = column !== undefined && (line === undefined || severalLines || isLess(endColumn, column));
  for (const name of noColumns ? ['col', 'endColumn'] : []) properties.delete(name);
  for (const name of isLess(endLine, line) ? ['line', 'endLine'] : []) properties.delete(name);
}

function isLess(end: number | undefined, start: number | undefined): boolean {
  return end !== undefined && start !== undefined && end < start;
}

function toInteger(properties: NamedValues, name: string): number | undefined {
  const text = properties.get(name) ?? '';
  return /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : undefined;
}
