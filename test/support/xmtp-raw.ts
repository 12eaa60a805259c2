// A network under test, and a client that speaks its API call by call, without the SDK: for what an honest client never
// sends, and for seeing exactly what comes back.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientReadableStream, type ServiceError, credentials } from '@grpc/grpc-js';
import * as identity from '#channels/xmtp/network/identity-shapes.ts';
import * as mls from '#channels/xmtp/network/mls-shapes.ts';
import { type XmtpNetwork, type XmtpNetworkSettings, createXmtpNetwork } from '#channels/xmtp/network/network.ts';
import { type Read, type Shape, bool, bytes, one, shape, uint64 } from '#channels/xmtp/network/protobuf.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { type FakeLog, fakeLog } from './clock.ts';

export interface Home {
  readonly folder: string;
  readonly file: string;
  readonly log: FakeLog;
  /** Start the network of this home; it is closed with the home. */
  start(settings?: Partial<XmtpNetworkSettings>): Promise<XmtpNetwork>;
  client(url: string): RawClient;
  leave(): Promise<void>;
}

export async function networkHome(): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'clawgate-xmtp-'));
  const [file, log, runtime] = [join(folder, 'network.sqlite'), fakeLog(), createSystemRuntime()];
  const closing: (() => Promise<void> | void)[] = [];
  return {
    folder,
    file,
    log,
    async start(settings = {}) {
      const network = await createXmtpNetwork({ file, host: '127.0.0.1', port: 0, runtime, log, ...settings });
      closing.push(() => network.close());
      return network;
    },
    client(url) {
      const client = rawClient(url);
      closing.push(() => client.close());
      return client;
    },
    async leave() {
      for (const close of closing.toReversed()) await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const groupMessage = shape({
  v1: one(
    1,
    shape({
      id: uint64(1),
      createdNs: uint64(2),
      groupId: bytes(3),
      data: bytes(4),
      senderHmac: bytes(5),
      shouldPush: bool(6),
      isCommit: bool(7),
    }),
  ),
});
const welcomeV1 = shape({
  id: uint64(1),
  createdNs: uint64(2),
  installationKey: bytes(3),
  sealed: bytes(4),
  hpkePublicKey: bytes(5),
  metadata: bytes(7),
});
const welcome = shape({ v1: one(1, welcomeV1), pointer: one(2, welcomeV1) });
const logEntry = shape({ sequenceId: uint64(1), entry: bytes(2) });

export type GroupMessage = NonNullable<Read<typeof groupMessage>['v1']>;

export interface Paging {
  readonly descending?: boolean;
  readonly limit?: number;
  readonly cursor?: bigint;
}

/** Every call rejects with a ServiceError whose `code` is the gRPC status. */
export type RawClient = ReturnType<typeof rawClient>;

export interface Following {
  readonly messages: GroupMessage[];
  /** The status it ended with, once it has. */
  readonly ended: Promise<number>;
  /** When the network has said that the stream is open. */
  readonly opened: Promise<void>;
  /** When so many messages are there. */
  reached(count: number): Promise<void>;
  readonly stream: ClientReadableStream<Buffer>;
}

function rawClient(url: string) {
  const client = new Client(new URL(url).host, credentials.createInsecure(), {
    'grpc.max_receive_message_length': 26 * 1024 * 1024,
    // Each test's client has a connection of its own.
    'grpc.use_local_subchannel_pool': 1,
  });
  const same = (value: Buffer): Buffer => value;
  const send = (service: string, method: string, request: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(`/${service}/${method}`, same, same, request, (error, answer) => {
        if (error) reject(error);
        else resolve(answer ?? Buffer.alloc(0));
      });
    });
  const call = async <Q, A>(method: string, ask: Shape<Q>, answer: Shape<A>, request: Partial<Q>): Promise<A> => {
    const service = method.includes('Identity') || method === 'GetInboxIds' || method.startsWith('Verify');
    const name = service ? 'xmtp.identity.api.v1.IdentityApi' : 'xmtp.mls.api.v1.MlsApi';
    return answer.decode(await send(name, method, ask.encode(request)));
  };
  const paging = ({ descending = false, limit = 0, cursor = 0n }: Paging) => {
    return { direction: descending ? 2 : 1, limit, idCursor: cursor };
  };
  return {
    send,
    close: () => client.close(),
    async publishGroup(...datas: Buffer[]): Promise<void> {
      const messages = datas.map((data) => ({ v1: { data, senderHmac: Buffer.from('hmac'), shouldPush: true } }));
      await call('SendGroupMessages', mls.sendGroupMessagesRequest, mls.nothing, { messages });
    },
    async queryGroup(groupId: Buffer, page: Paging = {}) {
      const request = { topic: groupId, pagingInfo: paging(page) };
      const answer = await call('QueryGroupMessages', mls.queryRequest, mls.queryResponse, request);
      return {
        messages: answer.messages.map((message) => groupMessage.decode(message).v1 as GroupMessage),
        cursor: answer.pagingInfo?.idCursor ?? 0n,
      };
    },
    async newest(groupIds: Buffer[], includeContent: boolean) {
      const answer = await call('GetNewestGroupMessage', mls.newestRequest, mls.newestResponse, {
        groupIds,
        includeContent,
      });
      return answer.responses.map(({ message }) => message && groupMessage.decode(message).v1);
    },
    async publishWelcome(installationKey: Buffer, sealed: Buffer, form: 'v1' | 'pointer' = 'v1'): Promise<void> {
      const input = {
        installationKey,
        sealed,
        hpkePublicKey: Buffer.from('hpke'),
        wrapperAlgorithm: 1,
        metadata: form === 'v1' ? Buffer.from('cursor') : Buffer.alloc(0),
      };
      const messages = [{ v1: undefined, pointer: undefined, [form]: input }];
      await call('SendWelcomeMessages', mls.sendWelcomeMessagesRequest, mls.nothing, { messages });
    },
    async queryWelcomes(installationKey: Buffer) {
      const request = { topic: installationKey, pagingInfo: paging({}) };
      const answer = await call('QueryWelcomeMessages', mls.queryRequest, mls.queryResponse, request);
      return answer.messages.map((message) => welcome.decode(message));
    },
    async publishLog(entries: { groupId: Buffer; entry: Buffer }[]): Promise<void> {
      const requests = entries.map((entry) => ({ ...entry, signature: Buffer.from([10, 1, 7]) }));
      await call('BatchPublishCommitLog', mls.batchPublishCommitLogRequest, mls.nothing, { requests });
    },
    async queryLog(groupIds: Buffer[], page: Paging = {}) {
      const requests = groupIds.map((topic) => ({ topic, pagingInfo: paging(page) }));
      const ask = mls.batchQueryCommitLogRequest;
      const answer = await call('BatchQueryCommitLog', ask, mls.batchQueryCommitLogResponse, { requests });
      return answer.responses.map(({ entries }) => entries.map((entry) => logEntry.decode(entry)));
    },
    async upload(tlsSerialized: Buffer): Promise<void> {
      const request = { keyPackage: { tlsSerialized } };
      await call('UploadKeyPackage', mls.uploadKeyPackageRequest, mls.nothing, request);
    },
    async keyPackages(installationKeys: Buffer[]): Promise<Buffer[]> {
      const ask = mls.fetchKeyPackagesRequest;
      const answer = await call('FetchKeyPackages', ask, mls.fetchKeyPackagesResponse, { installationKeys });
      return answer.keyPackages.map(({ tlsSerialized }) => tlsSerialized);
    },
    async publishIdentity(update: Buffer | undefined): Promise<void> {
      const ask = identity.publishIdentityUpdateRequest;
      await call('PublishIdentityUpdate', ask, mls.nothing, { update });
    },
    async identityUpdates(...asked: [inboxId: string, after: bigint][]) {
      const requests = asked.map(([inboxId, sequenceId]) => ({ inboxId, sequenceId }));
      const ask = identity.getIdentityUpdatesRequest;
      const answer = await call('GetIdentityUpdates', ask, identity.getIdentityUpdatesResponse, { requests });
      return answer.responses.map(({ updates }) => updates);
    },
    async inboxIds(...identifiers: string[]) {
      const requests = identifiers.map((identifier) => ({ identifier, identifierKind: 1 }));
      const ask = identity.getInboxIdsRequest;
      const answer = await call('GetInboxIds', ask, identity.getInboxIdsResponse, { requests });
      return answer.responses.map(({ inboxId }) => inboxId);
    },
    follow(...filters: [groupId: Buffer, after: bigint][]): Following {
      const request = mls.subscribeRequest.encode({
        filters: filters.map(([topic, idCursor]) => ({ topic, idCursor })),
      });
      const path = '/xmtp.mls.api.v1.MlsApi/SubscribeGroupMessages';
      return following(client.makeServerStreamRequest<Buffer, Buffer>(path, same, same, request));
    },
  };
}

function following(stream: ClientReadableStream<Buffer>): Following {
  const messages: GroupMessage[] = [];
  const waiting = new Set<() => void>();
  stream.on('data', (bytesOfOne: Buffer) => {
    messages.push(groupMessage.decode(bytesOfOne).v1 as GroupMessage);
    for (const check of waiting) check();
  });
  return {
    stream,
    messages,
    opened: new Promise((resolve) => void stream.once('metadata', () => resolve())),
    ended: new Promise((resolve) => {
      stream.once('error', (error: ServiceError) => resolve(error.code));
      stream.once('end', () => resolve(0));
    }),
    reached: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (messages.length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

/** The gRPC status a call was refused with, and what it said. */
export async function refusal(call: Promise<unknown>): Promise<{ code: number; details: string }> {
  try {
    await call;
  } catch (error) {
    const { code, details } = error as ServiceError;
    return { code, details };
  }
  throw new Error('it was not refused');
}
