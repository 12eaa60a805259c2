/**
 * A caller of /api/v1 as tests want one: the pieces of an envelope instead of unknown JSON, and the two people of most
 * stories, an account that asks and a handset that answers.
 */
import { expect } from 'vitest';
import type { TestGateway } from './gateway.ts';
import { until } from './journey.ts';

export interface BookAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly data: Record<string, unknown>;
  readonly rows: readonly Record<string, unknown>[];
  readonly meta: Record<string, unknown>;
  readonly error: { readonly code: string; readonly message: string; readonly details: Record<string, unknown> | null };
}

export type Book = ReturnType<typeof bookOf>;

/** Six channels on one phone network, as the examples of the protocol want them. */
export const manyChannels = {
  CLAWGATE_CHANNELS:
    'imessage=simulator,rcs=simulator,sms=simulator,telegram=simulator,whatsapp=simulator,discord=simulator',
};

/** The verbs of an account's key, or of nobody with null. Paths are below /api/v1. */
export function bookOf(house: Pick<TestGateway, 'url'>, key: string | null) {
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<BookAnswer> => {
    const response = await fetch(`${house.url}/api/v1${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const whole = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    return {
      status: response.status,
      headers: response.headers,
      body: whole,
      data: whole['data'] as Record<string, unknown>,
      rows: whole['data'] as readonly Record<string, unknown>[],
      meta: whole['meta'] as Record<string, unknown>,
      error: whole['error'] as BookAnswer['error'],
    };
  };
  const get = (path: string) => ask('GET', path);
  return {
    ask,
    get,
    post: (path: string, body?: unknown, headers?: Readonly<Record<string, string>>) =>
      ask('POST', path, body, headers),
    patch: (path: string, body: unknown) => ask('PATCH', path, body),
    delete: (path: string) => ask('DELETE', path),
    /** Sends a text and answers the ids. */
    async sent(recipient: string, message: string, more: object = {}): Promise<{ id: string; conversation: string }> {
      const answer = await ask('POST', '/messages/send', { recipient, message, ...more });
      expect([answer.status, answer.error]).toEqual([201, undefined]);
      const { message_id: id, conversation_id: conversation } = answer.data as Record<string, string>;
      return { id: id ?? '', conversation: conversation ?? '' };
    },
    /** Waits until a message has come so far. */
    becomes: (id: string, status: string) =>
      until(async () => {
        const { data } = await get(`/messages/${id}`);
        return data['status'] === status && data;
      }),
  };
}
