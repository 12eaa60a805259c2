/**
 * A reader of server-sent events as tests want one: over a plain socket's pace, event by event, with what a browser would
 * remember of them.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { until } from './journey.ts';

export interface SentEvent {
  readonly id: string | null;
  readonly name: string;
  readonly data: Record<string, unknown>;
}

export interface EventSource {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** All so far. */
  readonly events: readonly SentEvent[];
  /** Of the events that are messages. */
  texts(): readonly unknown[];
  /** The first of that name; waits a bounded time for it. */
  next(name: string): Promise<SentEvent>;
  /** The id a browser would come back with. */
  lastId(): string;
  /** Called for what keeps a stream alive and says nothing. */
  onComment(heard: () => void): void;
  readonly isOver: boolean;
  /** Stop and start reading, as a reader does that cannot keep up. */
  pause(): void;
  resume(): void;
  /** Hang up. */
  close(): void;
}

/** `key` null: none. Resolves with the head of the answer. */
export function openEvents(
  url: string,
  key: string | null,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventSource> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(url, { headers: { ...(key === null ? {} : { 'x-api-key': key }), ...headers } });
    asked.on('error', reject);
    asked.on('response', (response) => resolve(reading(response)));
    asked.end();
  });
}

function reading(response: IncomingMessage): EventSource {
  const events: SentEvent[] = [];
  let [text, isOver] = ['', false];
  let onComment = (): void => {};
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parsed(block);
      if (event) events.push(event);
      else onComment();
    }
  });
  const over = (): void => void (isOver = true);
  response.on('error', over).on('close', over).on('end', over);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    texts: () => events.filter(({ name }) => name === 'message').map(({ data }) => data['content']),
    next: (name) => until(async () => events.find((event) => event.name === name)),
    lastId: () => events.findLast(({ id }) => id !== null)?.id ?? '',
    onComment: (heard) => (onComment = heard),
    get isOver() {
      return isOver;
    },
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    close: () => void response.destroy(),
  };
}

/** Undefined for what is only a comment. */
function parsed(block: string): SentEvent | undefined {
  const fields = new Map(
    block.split('\n').flatMap((line) => {
      const at = line.indexOf(': ');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 2)] as const] : [];
    }),
  );
  const data = fields.get('data');
  if (data === undefined) return undefined;
  const value = JSON.parse(data) as Record<string, unknown>;
  return { id: fields.get('id') ?? null, name: fields.get('event') ?? 'message', data: value };
}
