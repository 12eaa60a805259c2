/**
 * A receiver of webhooks: a real HTTP server on loopback that remembers what came and answers as a test tells it to. It
 * verifies signatures with the scheme's own library, as a user's receiver would.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { until } from './journey.ts';

export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly created_at: string;
  readonly data: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: string;
}

export type Answer = number | ((event: ReceivedEvent, response: ServerResponse) => void);

export interface WebhookReceiver {
  readonly url: string;
  readonly port: number;
  /** Everything that came, in its order, also what was refused. */
  readonly events: readonly ReceivedEvent[];
  /** How the next requests are answered. */
  answer: Answer;
  of(type: string): readonly ReceivedEvent[];
  /** The first event of a type that fits; waits a bounded time for it. */
  got(type: string, fits?: (event: ReceivedEvent) => boolean): Promise<ReceivedEvent>;
  close(): Promise<void>;
}

export async function openReceiver(answer: Answer = 204): Promise<WebhookReceiver> {
  const events: ReceivedEvent[] = [];
  const receiver = { answer };
  const server = createServer((request, response) => {
    void read(request).then((event) => {
      events.push(event);
      if (typeof receiver.answer === 'number') response.writeHead(receiver.answer).end();
      else receiver.answer(event, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    events,
    of: (type: string) => events.filter((event) => event.type === type),
    got: (type: string, fits: (event: ReceivedEvent) => boolean = () => true) =>
      until(async () => events.find((event) => event.type === type && fits(event))),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  });
}

async function read(request: IncomingMessage): Promise<ReceivedEvent> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks).toString();
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return { ...(JSON.parse(raw) as ReceivedEvent), headers, raw };
}

/** Throws unless the secret signed this event. */
export function verify(secret: unknown, { raw, headers }: ReceivedEvent): void {
  new Webhook(String(secret)).verify(raw, headers);
}
