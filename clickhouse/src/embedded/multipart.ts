import { engineError } from './errors.ts';

/**
 * The parts of a `multipart/form-data` body by name, as the official client sends long parameters: each is UTF-8 text.
 * Throws EngineError 62 when the body is not what its content type says.
 */
export function parseMultipart(body: Buffer, contentType: string): ReadonlyMap<string, string> {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined) throw malformed('its content type names no boundary');
  const parts = new Map<string, string>();
  const delimiter = Buffer.from(`\r\n--${mark}`);
  // The first boundary may stand at the very start.
  const text = Buffer.concat([Buffer.from('\r\n'), body]);
  let at = text.indexOf(delimiter);
  while (at >= 0) {
    const after = at + delimiter.length;
    if (text.toString('latin1', after, after + 2) === '--') return parts;
    const end = text.indexOf(delimiter, after);
    const headersEnd = text.indexOf('\r\n\r\n', after);
    if (end < 0 || headersEnd < 0 || headersEnd > end) break;
    const headers = text.toString('utf8', after, headersEnd);
    const name = /^content-disposition:[^\r\n]*;\s*name="([^"\r\n]*)"/im.exec(headers)?.[1];
    if (name === undefined) throw malformed('a part has no name');
    parts.set(name, text.toString('utf8', headersEnd + 4, end));
    at = end;
  }
  throw malformed('its closing boundary is missing');
}

function malformed(why: string): Error {
  return engineError('SYNTAX_ERROR', `The multipart body cannot be read: ${why}.`);
}
