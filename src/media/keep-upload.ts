/**
 * Bytes that a sender brings along instead of a URL: kept like any attachment, and known from then on by a link that
 * opens without a header. The link ends; what the message keeps is the reference behind it.
 */
import { refuse } from '#core/failure.ts';
import { mediaReference, type MediaLinks } from './links.ts';
import type { MediaStore } from './store.ts';

export interface Upload {
  readonly base64: string;
  /** As the sender calls it; null: told from the bytes. */
  readonly contentType: string | null;
}

/** Throws Refused `invalid` for what is not base64. */
export function createKeepUpload(deps: {
  readonly media: Pick<MediaStore, 'ingest'>;
  readonly links: Pick<MediaLinks, 'link'>;
}): (upload: Upload) => Promise<{ url: string; mimeType: string; reference: string }> {
  return async ({ base64, contentType }) => {
    const text = base64.replace(/^data:[^,]*;base64,/, '').replaceAll(/\s/g, '');
    if (text === '' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) {
      throw refuse('invalid', 'buffer must be the bytes of a file in base64', { field: 'buffer' });
    }
    const bytes = Buffer.from(text, 'base64');
    const stored = await deps.media.ingest({
      kind: 'bytes',
      bytes: once(bytes),
      ...(contentType !== null && { mimeType: contentType }),
    });
    const reference = mediaReference(stored);
    return { url: deps.links.link(reference), mimeType: stored.mimeType, reference };
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
