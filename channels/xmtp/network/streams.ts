/**
 * Subscriptions: for each topic of a stream how far its reader is, and a pump that reads on from there whenever
 * something came. Nothing waits in memory but the names of topics that have news, so a slow reader costs nothing; one
 * that does not read at all is dropped and may come back with its cursors.
 */
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Log, Timers } from '#ports/runtime.ts';
import { Refusal, refusalOf, serviceError } from './refusal.ts';
import { type Entry, type Topic, type TopicLog, topicText } from './topic-log.ts';

export type Call = ServerWritableStream<Buffer, Buffer>;

export interface Filter {
  readonly topic: Topic;
  readonly cursor: number;
}

interface Stream {
  readonly call: Call;
  readonly encode: (entry: Entry) => Buffer;
  /** How far the reader is, topic by topic. */
  readonly reading: Map<string, { readonly topic: Topic; cursor: number }>;
  /** Topics that may hold something beyond that. */
  readonly news: Set<string>;
  readonly over: AbortController;
  isPumping: boolean;
}

const readAtOnce = 20;
/** After so many topics everybody else has a turn. */
const breathEvery = 64;
/** How long a reader may take to make room. */
const patienceMs = 30_000;

export class Streams {
  readonly #topics: TopicLog;
  readonly #timers: Timers;
  readonly #log: Log;
  readonly #byTopic = new Map<string, Set<Stream>>();
  readonly #all = new Set<Stream>();

  constructor(topics: TopicLog, { timers, log }: { timers: Timers; log: Log }) {
    this.#topics = topics;
    this.#timers = timers;
    this.#log = log;
  }

  /** Send what is there after each cursor, then what comes, until either side ends it. `ended` is called once. */
  open(call: Call, filters: readonly Filter[], encode: (entry: Entry) => Buffer, ended: () => void): void {
    const reading = placesOf(filters);
    const news = new Set(reading.keys());
    const stream: Stream = { call, encode, reading, news, over: new AbortController(), isPumping: false };
    this.#all.add(stream);
    stream.over.signal.addEventListener('abort', ended, { once: true });
    for (const ending of ['cancelled', 'close', 'error']) call.once(ending, () => this.#forget(stream));
    for (const key of reading.keys()) {
      const readers = this.#byTopic.get(key) ?? new Set();
      this.#byTopic.set(key, readers.add(stream));
    }
    void this.#pump(stream);
  }

  /** These topics have news. */
  wake(topics: readonly Topic[]): void {
    for (const key of new Set(topics.map(topicText))) {
      for (const stream of this.#byTopic.get(key) ?? []) {
        stream.news.add(key);
        void this.#pump(stream);
      }
    }
  }

  /** End every stream; its reader finds out that it may come back. */
  close(): void {
    for (const stream of this.#all) this.#fail(stream, new Refusal('closing', 'the network is closing'));
  }

  async #pump(stream: Stream): Promise<void> {
    if (stream.isPumping) return;
    stream.isPumping = true;
    try {
      // Asked again in the same breath in which the flag falls: news that comes in between is not lost.
      while (stream.news.size > 0 && !stream.over.signal.aborted) await sendNews(stream, this.#topics, this.#timers);
    } catch (error) {
      this.#fail(stream, error);
    } finally {
      stream.isPumping = false;
    }
  }

  #fail(stream: Stream, error: unknown): void {
    if (stream.over.signal.aborted) return;
    const refusal = refusalOf(error);
    if (refusal.code === 'broken') this.#log.error('xmtp_network.stream_failed', { error: String(error) });
    this.#forget(stream);
    stream.call.emit('error', serviceError(refusal));
  }

  #forget(stream: Stream): void {
    stream.over.abort();
    this.#all.delete(stream);
    for (const key of stream.reading.keys()) {
      const readers = this.#byTopic.get(key);
      readers?.delete(stream);
      if (readers?.size === 0) this.#byTopic.delete(key);
    }
  }
}

/** A topic named twice is read from the earlier place. */
function placesOf(filters: readonly Filter[]): Stream['reading'] {
  const places: Stream['reading'] = new Map();
  for (const { topic, cursor } of filters) {
    const key = topicText(topic);
    places.set(key, { topic, cursor: Math.min(cursor, places.get(key)?.cursor ?? cursor) });
  }
  return places;
}

/** Until there is no more news. A topic is asked again until it has nothing, since more may come meanwhile. */
async function sendNews({ call, encode, reading, news, over }: Stream, log: TopicLog, timers: Timers): Promise<void> {
  let turns = 0;
  for (const key of news) {
    turns += 1;
    if (turns % breathEvery === 0) await new Promise((resolve) => void setImmediate(resolve));
    if (over.signal.aborted) return;
    const place = reading.get(key);
    if (!place) continue;
    const { entries, isFull } = log.page(place.topic, { cursor: place.cursor, descending: false, limit: readAtOnce });
    // Deleted and added again, a key comes after those that wait: one busy topic does not starve the others.
    news.delete(key);
    if (isFull) news.add(key);
    for (const entry of entries) {
      if (over.signal.aborted) return;
      place.cursor = entry.id;
      if (!call.write(encode(entry))) await roomIn(call, over.signal, timers);
    }
  }
}

async function roomIn(call: Call, over: AbortSignal, timers: Timers): Promise<void> {
  const drained = new AbortController();
  const onDrain = (): void => drained.abort();
  call.once('drain', onDrain);
  await timers.sleep(patienceMs, AbortSignal.any([over, drained.signal]));
  call.off('drain', onDrain);
  if (!drained.signal.aborted && !over.aborted) {
    throw new Refusal('too_slow', 'the reader did not read for too long; come back with a cursor');
  }
}
