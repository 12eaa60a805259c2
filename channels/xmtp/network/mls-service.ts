/**
 * `xmtp.mls.api.v1.MlsApi`: key packages, messages to groups and welcomes to installations, published, paged through
 * and streamed. The network sees whom a message is for and keeps it; it can read none.
 */
import { Metadata } from '@grpc/grpc-js';
import type { Service, Subscribe, Unary } from './calls.ts';
import { commitLogMethods } from './commit-log.ts';
import type { Commits } from './commits.ts';
import { nanoseconds } from './database.ts';
import { readGroupMessage } from './group-message.ts';
import type { KeyPackages } from './key-packages.ts';
import {
  installationKeyBytes,
  maxFilters,
  maxGroupIdBytes,
  maxGroupMessages,
  maxKeys,
  maxMessageBytes,
  maxWelcomes,
} from './limits.ts';
import * as shapes from './mls-shapes.ts';
import { atMost, cursorOf, pageAsk, pagingInfo, withinOneAnswer } from './paging.ts';
import type { Quotas } from './quotas.ts';
import { Refusal } from './refusal.ts';
import type { Streams } from './streams.ts';
import type { Entry, Topic, TopicKind, TopicLog } from './topic-log.ts';

export interface MlsParts {
  readonly log: TopicLog;
  readonly commits: Commits;
  readonly keyPackages: KeyPackages;
  readonly streams: Streams;
  readonly quotas: Quotas;
}

export function mlsService(parts: MlsParts): Service {
  return {
    name: 'xmtp.mls.api.v1.MlsApi',
    unary: {
      ...keyPackageMethods(parts),
      ...commitLogMethods(parts),
      SendGroupMessages: sendGroupMessages(parts),
      SendWelcomeMessages: sendWelcomes(parts),
      QueryGroupMessages: query(parts, 'group', groupMessageOf),
      QueryWelcomeMessages: query(parts, 'welcome', welcomeOf),
      GetNewestGroupMessage: newestGroupMessages(parts),
    },
    subscriptions: {
      SubscribeGroupMessages: subscribe(parts, 'group', groupMessageOf),
      SubscribeWelcomeMessages: subscribe(parts, 'welcome', welcomeOf),
    },
  };
}

function keyPackageMethods({ keyPackages, quotas }: MlsParts) {
  return {
    async UploadKeyPackage(request, { address }) {
      const { keyPackage } = shapes.uploadKeyPackageRequest.decode(request);
      if (!keyPackage) throw new Refusal('malformed', 'the request has no key package');
      quotas.publish(address, 1);
      await keyPackages.upload(Buffer.from(keyPackage.tlsSerialized));
      return shapes.nothing.encode({});
    },
    FetchKeyPackages(request) {
      const { installationKeys } = shapes.fetchKeyPackagesRequest.decode(request);
      atMost(maxKeys, installationKeys, 'installations');
      const room = withinOneAnswer();
      const found = installationKeys.map((key) => {
        const tlsSerialized = keyPackages.of(key) ?? Buffer.alloc(0);
        room(tlsSerialized.length);
        return { tlsSerialized };
      });
      return shapes.fetchKeyPackagesResponse.encode({ keyPackages: found });
    },
  } satisfies Record<string, Unary>;
}

function sendGroupMessages(parts: MlsParts): Unary {
  return async (request, { address }) => {
    const { messages } = shapes.sendGroupMessagesRequest.decode(request);
    if (messages.length === 0) throw new Refusal('malformed', 'the request has no messages');
    atMost(maxGroupMessages, messages, 'messages');
    const publishes = messages.map(({ v1 }) => {
      if (!v1) throw new Refusal('malformed', 'a message is of a version this network does not know');
      mustFit(v1.data);
      const { groupId, isCommit } = readGroupMessage(v1.data);
      const body = shapes.groupMessageBody.encode({ ...v1, groupId, isCommit });
      return { topic: { kind: 'group' as const, name: groupId }, body, identity: v1.data };
    });
    parts.quotas.publish(address, publishes.length);
    return publish(parts, publishes);
  };
}

function sendWelcomes(parts: MlsParts): Unary {
  return async (request, { address }) => {
    const { messages } = shapes.sendWelcomeMessagesRequest.decode(request);
    if (messages.length === 0) throw new Refusal('malformed', 'the request has no welcomes');
    atMost(maxWelcomes, messages, 'welcomes');
    const publishes = messages.map(({ v1, pointer }) => {
      const welcome = v1 ?? pointer;
      if (!welcome) throw new Refusal('malformed', 'a welcome is of a version this network does not know');
      if (welcome.installationKey.length !== installationKeyBytes) {
        throw new Refusal('malformed', 'a welcome is for an installation, by its key');
      }
      if (welcome.sealed.length === 0) throw new Refusal('malformed', 'a welcome is empty');
      mustFit(welcome.sealed);
      const inner = shapes.welcomeBody.encode(welcome);
      const body = shapes.welcome.encode(v1 ? { v1: inner } : { pointer: inner });
      return { topic: { kind: 'welcome' as const, name: welcome.installationKey }, body, identity: welcome.sealed };
    });
    parts.quotas.publish(address, publishes.length);
    return publish(parts, publishes);
  };
}

interface Publish {
  readonly topic: Topic;
  readonly body: Buffer;
  readonly identity: Buffer;
}

/** All of a request or nothing. What was published before is passed over in silence: a client repeats to be sure. */
async function publish({ log, commits, streams }: MlsParts, publishes: readonly Publish[]): Promise<Buffer> {
  const news = await commits.write(() =>
    publishes.filter(({ topic, body, identity }) => log.append(topic, body, identity)),
  );
  streams.wake(news.map(({ topic }) => topic));
  return shapes.nothing.encode({});
}

function query({ log }: MlsParts, kind: TopicKind, encode: (entry: Entry) => Buffer): Unary {
  return (request) => {
    const { topic, pagingInfo: paging } = shapes.queryRequest.decode(request);
    const ask = pageAsk(paging);
    const page = log.page({ kind, name: topicName(topic) }, ask);
    return shapes.queryResponse.encode({ messages: page.entries.map(encode), pagingInfo: pagingInfo(ask, page) });
  };
}

function newestGroupMessages({ log }: MlsParts): Unary {
  return (request) => {
    const { groupIds, includeContent } = shapes.newestRequest.decode(request);
    atMost(maxKeys, groupIds, 'groups');
    const room = withinOneAnswer();
    const responses = groupIds.map((groupId) => {
      const entry = log.newest({ kind: 'group', name: topicName(groupId) });
      if (!entry) return { message: undefined };
      const message = groupMessageOf(includeContent ? entry : withoutContent(entry));
      room(message.length);
      return { message };
    });
    return shapes.newestResponse.encode({ responses });
  };
}

function subscribe({ streams, quotas }: MlsParts, kind: TopicKind, encode: (entry: Entry) => Buffer): Subscribe {
  return (call, { address }) => {
    const { filters } = shapes.subscribeRequest.decode(call.request);
    atMost(maxFilters, filters, 'topics');
    const places = filters.map(({ topic, idCursor }) => {
      // A view of the request would keep all of it in memory as long as the stream lives.
      return { topic: { kind, name: Buffer.from(topicName(topic)) }, cursor: cursorOf(idCursor) };
    });
    const ended = quotas.openStream(address);
    // At once: clients count the stream as open from here, long before there may be a message.
    call.sendMetadata(new Metadata());
    streams.open(call, places, encode, ended);
  };
}

function groupMessageOf({ id, createdUs, body }: Entry): Buffer {
  const head = shapes.stamp.encode({ id: BigInt(id), createdNs: nanoseconds(createdUs) });
  return shapes.groupMessage.encode({ v1: Buffer.concat([head, body]) });
}

function welcomeOf({ id, createdUs, body }: Entry): Buffer {
  const head = shapes.stamp.encode({ id: BigInt(id), createdNs: nanoseconds(createdUs) });
  const { v1, pointer } = shapes.welcome.decode(body);
  return shapes.welcome.encode({
    v1: v1 && Buffer.concat([head, v1]),
    pointer: pointer && Buffer.concat([head, pointer]),
  });
}

function withoutContent(entry: Entry): Entry {
  const { groupId, isCommit } = shapes.groupMessageBody.decode(entry.body);
  return { ...entry, body: shapes.groupMessageBody.encode({ groupId, isCommit }) };
}

function topicName(name: Buffer): Buffer {
  if (name.length === 0) throw new Refusal('malformed', 'the request names no topic');
  if (name.length > maxGroupIdBytes) throw new Refusal('malformed', 'the name of a topic is too long');
  return name;
}

function mustFit(message: Buffer): void {
  if (message.length > maxMessageBytes) {
    throw new Refusal('too_large', `a message has at most ${maxMessageBytes} bytes`);
  }
}
