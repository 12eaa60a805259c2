/**
 * A server on loopback that takes whatever is posted to it and says so: somewhere for deliveries to go in tests that are
 * about something else.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Sink {
  readonly url: string;
  close(): Promise<void>;
}

export async function openSink(): Promise<Sink> {
  const server = createServer((req, res) => void req.resume().once('end', () => res.end('taken')));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

/** What a gateway needs to be told to deliver there. */
export const sinkTargets = { CLAWGATE_PRIVATE_TARGETS: '127.0.0.1/32' };
