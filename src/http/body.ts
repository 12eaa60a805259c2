/**
 * Reading a request's body: bounded, whole, and as JSON through the one parser. Nothing is read past the limit, and
 * nothing reaches a handler that the parser refused.
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import { refuse } from '#core/failure.ts';
import { parseJson } from './json.ts';

export const maxBodyBytes = 256 * 1024;

/** Puts the parsed body into `req.body`; leaves it undefined when there is none. Throws `invalid` and `too_large`. */
export function readJson(limitBytes = maxBodyBytes): RequestHandler {
  return async (req, _res, next) => {
    const bytes = await readBody(req, limitBytes);
    req.body = bytes.length === 0 ? undefined : jsonOf(req, bytes);
    next();
  };
}

/** The whole body. Throws `too_large` at the first byte too many, without reading on. */
export async function readBody(req: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const tooLarge = () =>
    refuse('too_large', `The body is larger than ${limitBytes} bytes; send less, and media by URL`);
  if (Number(req.headers['content-length'] ?? 0) > limitBytes) throw tooLarge();
  const encoding = req.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw refuse('invalid', `The content encoding ${encoding.slice(0, 20)} is not taken; send the body uncompressed`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  // Not `for await`: leaving its loop destroys the socket, and the answer with it.
  await new Promise<void>((resolve, reject) => {
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) chunks.push(chunk);
      else {
        req.pause();
        reject(tooLarge());
      }
    });
    req.once('end', resolve);
    req.once('error', reject);
    // Every request closes in the end, and an error is not free to make.
    req.once('close', () => {
      if (!req.complete) reject(refuse('invalid', 'The request ended before its body did; send it again'));
    });
  });
  const [only] = chunks;
  return only && chunks.length === 1 ? only : Buffer.concat(chunks);
}

function jsonOf(req: Request, bytes: Buffer): unknown {
  const type = req.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === undefined || !/^application\/([a-z0-9.+-]+\+)?json$/.test(type)) {
    throw refuse('invalid', 'The body must be JSON; send it with the header Content-Type: application/json');
  }
  if (!isUtf8(bytes)) throw refuse('invalid', 'The body is not valid UTF-8; encode the JSON as UTF-8');
  const parsed = parseJson(bytes.toString('utf8'));
  if (!parsed.ok) throw refuse('invalid', parsed.reason);
  return parsed.value;
}
