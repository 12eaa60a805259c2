/**
 * The exchange over HTTP, the network's side: what a gateway in another process asks for, one POST per question, JSON
 * both ways. The other side is the driver's remote link; both are ours and change together, so shapes are checked only
 * far enough not to fall over.
 */
import { isChannel } from '#core/channel.ts';
import { refuse } from '#core/failure.ts';
import { type Fields, isFields, parseJson, readBounded } from './input.ts';
import type { ChatRef, Command, Exchange, SendRun } from './terms.ts';

export const providerPath = '/provider/';
/** A send of many runs at once: 64 messages of 10,000 characters, several times over. */
const maxProviderBytes = 16 * 1024 * 1024;
const maxWaitMs = 30_000;

/** Answers a request below `/provider/`; throws `Refused` for what it does not understand. */
export async function answerProvider(exchange: Exchange, request: Request): Promise<Response> {
  const path = new URL(request.url).pathname.slice(providerPath.length);
  if (request.method === 'GET' && path.startsWith('media/'))
    return media(exchange, path.slice('media/'.length), request.signal);
  if (request.method !== 'POST') throw refuse('not_found', 'There is nothing here');
  const value = parseJson(await readBounded(request, maxProviderBytes));
  if (!isFields(value)) throw refuse('invalid', 'The body must be a JSON object');
  return Response.json(await ask(exchange, path, value, request.signal));
}

async function ask(exchange: Exchange, path: string, fields: Fields, signal: AbortSignal): Promise<unknown> {
  switch (path) {
    case 'attach': {
      const lines = listOf(fields, 'lines').filter((line) => typeof line === 'string');
      const channels = listOf(fields, 'channels').filter(
        (channel) => typeof channel === 'string' && isChannel(channel),
      );
      return {
        dedupe: await exchange.attach(
          { lines, channels: channels as Parameters<Exchange['attach']>[0]['channels'] },
          signal,
        ),
      };
    }
    case 'send': {
      // What has arrived whole is carried even when the asker has gone: it may not know that, and asks again by key.
      const runs = listOf(fields, 'runs') as readonly SendRun[];
      const patient = new AbortController().signal;
      return { outcomes: await exchange.send(runs, patient) };
    }
    case 'command':
      return exchange.command(objectOf(fields, 'command') as unknown as Command, signal);
    case 'typing':
      await exchange.typing(objectOf(fields, 'to') as unknown as ChatRef, fields['started'] === true, signal);
      return {};
    case 'reach':
      return { channels: await exchange.reach(String(fields['address']), signal) };
    case 'feed': {
      const { acknowledged, waitMs } = fields;
      return exchange.feed(
        {
          acknowledged: typeof acknowledged === 'number' ? acknowledged : null,
          waitMs: typeof waitMs === 'number' ? Math.min(waitMs, maxWaitMs) : 0,
        },
        signal,
      );
    }
    default:
      throw refuse('not_found', 'There is nothing here');
  }
}

async function media(exchange: Exchange, id: string, signal: AbortSignal): Promise<Response> {
  const found = await exchange.media(id, signal);
  if (!found) throw refuse('not_found', 'There is no such attachment');
  const headers = {
    'content-type': found.mimeType,
    'x-content-type-options': 'nosniff',
    'content-disposition': 'attachment',
  };
  return new Response(new Uint8Array(found.bytes), { headers });
}

function listOf(fields: Fields, field: string): readonly unknown[] {
  const value = fields[field];
  if (Array.isArray(value)) return value as readonly unknown[];
  throw refuse('invalid', `${field} must be a list`, { field });
}

function objectOf(fields: Fields, field: string): Fields {
  const value = fields[field];
  if (isFields(value)) return value;
  throw refuse('invalid', `${field} must be an object`, { field });
}
