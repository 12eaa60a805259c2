/**
 * Files that came in: within a message, or encrypted on somebody's server with the key in the message. Their URLs are
 * ours and only this driver can read them; the bytes are taken when they are asked for.
 */
import type * as Binding from '@xmtp/node-bindings';
import type { Driver, DriverHost } from '#ports/driver.ts';
import type { Clients } from './clients.ts';
import type { Files } from './files.ts';

const scheme = 'xmtp:';
const maxRemoteBytes = 100 * 1024 * 1024;

export const attachmentUrl = (line: string, message: string, index: number): string =>
  `${scheme}${line}/${message}/${index}`;

const types: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  pdf: 'application/pdf',
  txt: 'text/plain',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
};

/** A guess, until the file is decrypted and says what it is. */
export const mimeTypeOfName = (name: string | undefined): string =>
  types[name?.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';

export function fetchMediaWith(
  clients: Clients,
  files: Files,
  { wallets }: DriverHost,
): NonNullable<Driver['fetchMedia']> {
  return async (url, signal) => {
    const [line = '', message = '', index = '0'] = url.startsWith(scheme) ? url.slice(scheme.length).split('/') : [];
    const wallet = wallets.at(line);
    if (!wallet) throw new Error('XMTP has no such attachment');
    const file = await clients.use(
      wallet.account,
      async ({ bindings, conversations }) => {
        const { content } = conversations.getEnrichedMessageById(message);
        const found = content.reply?.content ?? content;
        if (found.attachment) return found.attachment;
        const remote = found.multiRemoteAttachment?.attachments[Number(index)] ?? found.remoteAttachment;
        return remote ? decrypted(files, bindings, remote, signal) : undefined;
      },
      { signal, isBrief: true },
    );
    if (!file) throw new Error('XMTP has no such attachment');
    return { mimeType: file.mimeType, bytes: once(file.content) };
  };
}

async function decrypted(
  files: Files,
  bindings: { readonly decryptAttachment: typeof Binding.decryptAttachment },
  remote: Binding.RemoteAttachment,
  signal: AbortSignal,
): Promise<Binding.Attachment> {
  const { bytes } = await files.fetch(remote.url, maxRemoteBytes, signal);
  return bindings.decryptAttachment(bytes, remote);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
