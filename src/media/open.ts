/**
 * The media room as the gateway uses it: attachments come in through `keepAttachment`, go out through `links`, and
 * `close` ends whatever is being fetched.
 */
import type { Targets } from '#core/targets.ts';
import { createSafeFetch } from '#net/fetch.ts';
import type { Clock, Ids, Log } from '#ports/runtime.ts';
import { createKeepAttachment } from './keep-attachment.ts';
import { createKeepUpload } from './keep-upload.ts';
import { createMediaLinks } from './links.ts';
import { openMediaStore } from './store.ts';

type DriverOf = Parameters<typeof createKeepAttachment>[0]['driver'];

export async function openMedia(deps: {
  readonly folder: string;
  readonly signingKey: Uint8Array;
  readonly targets: Targets;
  /** The gateway's own address; asked late, because it may not be known yet. */
  readonly address: { readonly url: string };
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Log;
}) {
  const { folder, signingKey, targets, address, ids, clock, log } = deps;
  const net = createSafeFetch(targets);
  const store = await openMediaStore({ folder, net, ids });
  let driverOf: DriverOf = () => undefined;
  const links = createMediaLinks({ media: store, signingKey, clock, publicUrl: () => address.url });
  return {
    links,
    keepUpload: createKeepUpload({ media: store, links }),
    keepAttachment: createKeepAttachment({ media: store, driver: (connection) => driverOf(connection), log }),
    /** Drivers fetch their own attachments, and are made after this room: it learns of them here. */
    askDrivers(find: DriverOf): void {
      driverOf = find;
    },
    forgetBefore: (beforeMs: number) => store.forgetBefore(beforeMs),
    close: () => net.close(),
  };
}
