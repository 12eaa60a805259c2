/**
 * What becomes of an inbound attachment: our own copy where it can be had in time, else the URL as the provider gave
 * it. A message is never lost or held up for the sake of its picture.
 */
import type { ConnectionId } from '#core/ids.ts';
import type { Driver, InboundAttachment } from '#ports/driver.ts';
import type { Log } from '#ports/runtime.ts';
import { mediaReference } from './links.ts';
import type { MediaStore } from './store.ts';

/** The provider waits for our acknowledgement meanwhile, and most give up after 10 to 30 seconds. */
const patienceMs = 8_000;

export function createKeepAttachment(deps: {
  readonly media: Pick<MediaStore, 'ingest'>;
  /** The driver of a connection, for attachments that only it can fetch. */
  readonly driver: (connection: ConnectionId) => Pick<Driver, 'fetchMedia'> | undefined;
  readonly log: Log;
}): (connection: ConnectionId, attachment: InboundAttachment) => Promise<{ url: string; mimeType: string }> {
  return async (connection, attachment) => {
    const { url, mimeType } = attachment;
    const signal = AbortSignal.timeout(patienceMs);
    try {
      const stored = await deps.media.ingest(await sourceOf(attachment, connection, signal), signal);
      return { url: mediaReference(stored), mimeType: stored.mimeType };
    } catch (error) {
      deps.log.warn('media.not_kept', { connection, ...whyNot(error) });
      return { url, mimeType };
    }
  };

  async function sourceOf({ url, mimeType, fetch }: InboundAttachment, connection: ConnectionId, signal: AbortSignal) {
    if (fetch === 'public') return { kind: 'url' as const, url, mimeType };
    const driver = deps.driver(connection);
    if (!driver?.fetchMedia) throw new Error('the connection cannot fetch its attachments');
    const answer = await driver.fetchMedia(url, signal);
    return { kind: 'bytes' as const, bytes: answer.bytes, mimeType: answer.mimeType };
  }
}

/** In our own words and the system's code: the words of the causes name the host, and the URL is part of a message. */
function whyNot(error: unknown): { why: string; code: string | null } {
  const why = error instanceof Error ? error.message : 'not an error';
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return { why, code: cause.code };
  }
  return { why, code: null };
}
