/**
 * An XMTP network in one process: the calls that XMTP's clients make of a node, over gRPC without encryption, on a
 * database of its own. It knows nothing of the gateway. What it acknowledged is on disk. It has no way to tell who
 * reads, as XMTP has none: everything in it is sealed, but whom a message is for is not, so it listens on loopback
 * unless it is told otherwise in so many words.
 */
import { Server, ServerCredentials, logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import type { Log, Runtime } from '#ports/runtime.ts';
import { grpcService } from './calls.ts';
import { Commits } from './commits.ts';
import { type Db, openNetworkDatabase, openStamps } from './database.ts';
import { identityService } from './identity-service.ts';
import { openInboxes } from './inboxes.ts';
import { openKeyPackages } from './key-packages.ts';
import { defaultPublishesPerMinute, maxFrameBytes } from './limits.ts';
import { isLoopback, urlHost } from './loopback.ts';
import { mlsService } from './mls-service.ts';
import { createQuotas } from './quotas.ts';
import { Streams } from './streams.ts';
import { openTopicLog } from './topic-log.ts';

export interface XmtpNetworkSettings {
  /** Its database; the folder is made when it is absent. One process at a time. */
  readonly file: string;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly runtime: Pick<Runtime, 'clock' | 'timers'>;
  readonly log: Log;
  /** Messages, updates and key packages that one address may publish in a minute; null for any number. */
  readonly publishesPerMinute?: number | null;
  /** Listen where other machines reach it, and who asks may read whom messages are for. */
  readonly isOpenToOthers?: boolean;
}

export interface XmtpNetwork {
  readonly port: number;
  /** What a client takes as its `apiUrl`, with `env: 'local'`. */
  readonly url: string;
  /** Finishes what is being written, ends every stream, then switches off. Callable twice. */
  close(): Promise<void>;
}

const graceMs = 1_000;
const keepaliveMs = 30_000;

/** Open the network and listen. Throws a sentence when the file or the port cannot be had. */
export async function createXmtpNetwork(settings: XmtpNetworkSettings): Promise<XmtpNetwork> {
  const { host, log } = settings;
  if (!isLoopback(host)) {
    if (!settings.isOpenToOthers) {
      throw new Error(`${host} is not this machine alone; the XMTP network does not know who reads from it`);
    }
    log.warn('xmtp_network.open_to_others', { host });
  }
  const db = openNetworkDatabase(settings.file);
  try {
    const { server, streams, commits } = buildServer(db, settings);
    const port = await listen(server, settings);
    log.info('xmtp_network.ready', { port });
    let closing: Promise<void> | undefined;
    return {
      port,
      url: `http://${urlHost(host)}:${port}`,
      close: () => (closing ??= shut({ db, server, streams, commits }, settings)),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

function buildServer(db: Db, { runtime, log, publishesPerMinute = defaultPublishesPerMinute }: XmtpNetworkSettings) {
  const { clock, timers } = runtime;
  const commits = new Commits(db);
  const stamps = openStamps(db, clock);
  const topics = openTopicLog(db, stamps);
  const streams = new Streams(topics, { timers, log });
  const quotas = createQuotas(publishesPerMinute, clock);
  const inboxes = openInboxes(db, { commits, stamps });
  const keyPackages = openKeyPackages(db, { commits, clock });
  // The library writes to the console of its own accord; what matters is in our log.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server({
    'grpc.max_receive_message_length': maxFrameBytes,
    'grpc.max_send_message_length': maxFrameBytes,
    // A reader whose machine went away without a word is noticed.
    'grpc.keepalive_time_ms': keepaliveMs,
    'grpc.keepalive_timeout_ms': keepaliveMs,
  });
  for (const service of [
    identityService({ inboxes, quotas }),
    mlsService({ log: topics, commits, keyPackages, streams, quotas }),
  ]) {
    const { definition, implementation } = grpcService(service, log);
    server.addService(definition, implementation);
  }
  return { server, streams, commits };
}

function listen(server: Server, { host, port }: XmtpNetworkSettings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${urlHost(host)}:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (!error) return resolve(bound);
      server.forceShutdown();
      reject(new Error(`the XMTP network cannot listen on ${urlHost(host)}:${port}: ${error.message}`));
    });
  });
}

async function shut(
  parts: { db: Db; server: Server; streams: Streams; commits: Commits },
  { runtime }: XmtpNetworkSettings,
): Promise<void> {
  const { db, server, streams, commits } = parts;
  commits.close();
  streams.close();
  const done = new AbortController();
  server.tryShutdown(() => done.abort());
  await runtime.timers.sleep(graceMs, done.signal);
  server.forceShutdown();
  db.close();
}
