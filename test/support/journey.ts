/**
 * What journeys do again and again with a whole gateway: people on the simulator's handsets, and waiting for something
 * to become true.
 */
import type { TestGateway } from './gateway.ts';

export interface HandsetMessage {
  readonly messageId: string;
  readonly chatId: string;
  readonly direction: 'in' | 'out';
  readonly from: string;
  readonly text: string;
  readonly attachments: readonly { readonly url: string; readonly mimeType: string }[];
  readonly status: string;
  readonly reactions: readonly { readonly from: string; readonly reactionType: string }[];
  readonly readByAgent: boolean;
}

export interface Handset {
  readonly number: string;
  /** Texts our line, or a chat. */
  text(text: string, more?: object): Promise<HandsetMessage>;
  messages(): Promise<readonly HandsetMessage[]>;
  /** The first received message with that text; waits a bounded time for it. */
  received(text: string): Promise<HandsetMessage>;
  typists(): Promise<readonly string[]>;
  /** POST to one of its acts: read, typing, reactions, settings. */
  act(name: string, body: object): Promise<void>;
}

type Caller = Pick<TestGateway, 'call'>;

export function handset(gateway: Caller, number: string): Handset {
  const path = `/simulator/phones/${encodeURIComponent(number)}`;
  const ask = async (method: string, rest: string, body?: object) => {
    const answer = await gateway.call(method, `${path}/${rest}`, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${rest} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const messages = async () => (await ask('GET', 'messages'))['messages'] as readonly HandsetMessage[];
  return {
    number,
    text: async (text, more = {}) => (await ask('POST', 'messages', { text, ...more })) as unknown as HandsetMessage,
    messages,
    received: (text) =>
      until(async () => (await messages()).find((message) => message.direction === 'in' && message.text === text)),
    typists: async () => (await ask('GET', 'messages'))['typing'] as readonly string[],
    act: async (name, body) => void (await ask('POST', name, body)),
  };
}

/** The first defined answer; throws after ten seconds without one. */
export async function until<Answer>(
  look: () => Promise<Answer | undefined | false>,
  withinMs = 10_000,
): Promise<Answer> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const answer = await look();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > untilMs) throw new Error(`it did not come true within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
