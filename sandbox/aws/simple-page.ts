import { hash } from 'node:crypto';
import { type PackageFile, parseFilename } from '../packages/package-file.ts';
import { escapeXml } from './escape-xml.ts';
import { type Answer, Refusal } from './exchange.ts';

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const HTML_TYPE = 'application/vnd.pypi.simple.v1+html';
/** What a client may ask for, the default first. */
const OFFERED = ['text/html', HTML_TYPE, JSON_TYPE, '*/*'];

/**
 * The page that lists a project's files, as HTML (PEP 503) or JSON (PEP 691), whichever the client prefers.
 *
 * @throws Refusal 406 when the client takes neither
 */
export function simplePage(project: string, files: PackageFile[], accept = '*/*'): Answer {
  const type = preferredType(accept);
  if (type === undefined) throw new Refusal(406, 'NotAcceptable', 'The index is served as HTML or JSON.');
  const links = files.map((file) => ({
    filename: file.filename,
    url: `${parseFilename(file.filename)?.version}/${encodeURIComponent(file.filename)}`,
    digest: hash('sha256', file.content),
    requiresPython: file.requiresPython,
    size: file.content.length,
  }));

  if (type === JSON_TYPE) {
    const versions = new Set(files.map((file) => parseFilename(file.filename)?.version));
    const listed = links.map(({ filename, url, digest, requiresPython, size }) => ({
      filename,
      url,
      size,
      hashes: { sha256: digest },
      ...(requiresPython && { 'requires-python': requiresPython }),
    }));
    const page = { meta: { 'api-version': '1.1' }, name: project, versions: [...versions], files: listed };
    return { status: 200, headers: { 'content-type': type }, body: JSON.stringify(page) };
  }
  const anchors = links.map(({ filename, url, digest, requiresPython }) => {
    const requires = requiresPython ? ` data-requires-python="${escapeXml(requiresPython)}"` : '';
    return `<a href="${url}#sha256=${digest}"${requires}>${filename}</a><br>`;
  });
  const head = `<!DOCTYPE html>\n<html><head><title>Links for ${project}</title></head>`;
  const body = `${head}<body>\n${anchors.join('\n')}\n</body></html>\n`;
  return { status: 200, headers: { 'content-type': `${type}; charset=utf-8` }, body };
}

/** The type with the highest q of an Accept header; the default type where the client takes any. */
function preferredType(accept: string): string | undefined {
  const wishes = accept.split(',').map((item) => {
    const [type = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, quality: quality ? Number(quality.slice(2)) : 1 };
  });
  const possible = wishes.filter(({ type, quality }) => OFFERED.includes(type) && quality > 0);
  const best = possible.sort((left, right) => right.quality - left.quality)[0]?.type;
  return best === '*/*' ? OFFERED[0] : best;
}
