import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import { normaliseName, type PackageFile, parseFilename } from '../packages/package-file.ts';
import { Refusal, type Request } from './exchange.ts';

/** An uploaded file. */
export interface Upload {
  file: PackageFile;
  /** Normalised name. */
  project: string;
  version: string;
}

/**
 * Reads an upload of twine: `multipart/form-data` with `:action=file_upload`, the file as `content` and its metadata.
 *
 * @throws Refusal 400 where it is something else, or the metadata contradicts the file
 */
export async function readUpload(request: Request): Promise<Upload> {
  const { fields, content, filename } = await readMultipart(request);
  const invalid = (message: string) => new Refusal(400, 'BadRequest', message);
  if (fields.get(':action') !== 'file_upload') {
    throw invalid('The form has no field ":action" with the value "file_upload".');
  }
  if (content === undefined || filename === undefined) throw invalid('The form has no file "content".');
  const parsed = parseFilename(filename);
  const project = normaliseName(fields.get('name') ?? '');
  if (parsed?.project !== project || parsed.version !== fields.get('version')) {
    throw invalid("The file's name is not that of the package and version in the form.");
  }
  const digest = fields.get('sha256_digest');
  if (digest !== undefined && digest !== hash('sha256', content))
    throw invalid('The SHA-256 digest is not that of the file.');
  const requiresPython = fields.get('requires_python');
  return { file: { filename, content, ...(requiresPython && { requiresPython }) }, project, version: parsed.version };
}

async function readMultipart(request: Request) {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) throw new Refusal(400, 'BadRequest', 'Not a multipart form.');
  const fields = new Map<string, string>();
  const files: { filename: string; content: Promise<Buffer> }[] = [];
  const parser = new Busboy({ headers: { ...request.headers, 'content-type': type } });
  parser.on('field', (name, value) => fields.set(name, value));
  parser.on('file', (name, stream, filename) => {
    if (name === 'content') files.push({ filename, content: buffer(stream) });
    else stream.resume();
  });
  await pipeline(Readable.from([request.body]), parser);
  return { fields, filename: files[0]?.filename, content: await files[0]?.content };
}
