/**
 * What a person attaches on a handset: a public URL, or the bytes themselves (a data: URL, or base64 beside a type),
 * which the network keeps and hands out to the gateway alone.
 */
import { refuse } from '#core/failure.ts';
import { type Fields, isFields, optionalText } from './input.ts';
import { mediaScheme } from './terms.ts';

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const mime = /^[\w.+-]{1,127}\/[\w.+-]{1,127}$/;

export interface Attachment {
  readonly url: string;
  readonly mimeType: string;
}

/** `keep` stores bytes and answers their id. */
export function attachmentOf(
  value: unknown,
  field: string,
  keep: (mimeType: string, bytes: Uint8Array) => string,
): Attachment {
  if (!isFields(value))
    throw refuse('invalid', `${field} must be an object with url, or with data and mimeType`, { field });
  const mimeType = mimeTypeOf(value, field);
  if (typeof value['data'] === 'string') {
    if (mimeType === undefined)
      throw refuse('invalid', `${field}.mimeType is missing: data needs one`, { field: `${field}.mimeType` });
    return kept(value['data'], mimeType, `${field}.data`, keep);
  }
  const { url } = value;
  if (typeof url !== 'string') throw refuse('invalid', `${field}.url is missing`, { field: `${field}.url` });
  if (/^data:/i.test(url)) {
    const match = /^data:([^;,]*)(?:;[^;,]*)*?;base64,(.*)$/is.exec(url);
    if (!match) throw refuse('invalid', `${field}.url must be a data: URL in base64`, { field: `${field}.url` });
    return kept(match[2] ?? '', mimeType ?? (match[1] || 'application/octet-stream'), `${field}.url`, keep);
  }
  if (url.length > 8192 || !/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw refuse('invalid', `${field}.url must be an http, https or data URL`, { field: `${field}.url` });
  }
  return { url, mimeType: mimeType ?? 'application/octet-stream' };
}

function kept(
  text: string,
  mimeType: string,
  field: string,
  keep: (mimeType: string, bytes: Uint8Array) => string,
): Attachment {
  if (!base64.test(text)) throw refuse('invalid', `${field} must be base64`, { field });
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0) throw refuse('invalid', `${field} holds no bytes`, { field });
  return { url: mediaScheme + keep(mimeType, bytes), mimeType };
}

function mimeTypeOf(value: Fields, field: string): string | undefined {
  const text = optionalText(value, 'mimeType');
  if (text === undefined || mime.test(text)) return text;
  throw refuse('invalid', `${field}.mimeType must be a type such as image/png`, { field: `${field}.mimeType` });
}
