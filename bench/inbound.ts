/**
 * Messages from people to twenty sockets: handsets text through the simulator's own HTTP surface, the network stores,
 * the gateway stores, and every listening socket gets the message. Handsets are a slow way to drive load (a request
 * each, from this very process), so this says what the whole way carries, not what fan-out could; see `fan-out`.
 */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Load } from './children.ts';
import type { Gateway } from './gateway.ts';
import { numbersOf } from './jobs.ts';
import { cpuUs } from './machine.ts';
import type { Times } from './measure.ts';
import { number, perSecond, progress, say } from './report.ts';

const listeners = 20;
const handsets = 20;
const requestsAtOnce = 32;
/** An account of its own, so that nothing else is told to these sockets. */
const account = 1;

export interface InboundResult {
  readonly messagesPerS: number;
  readonly deliveriesPerS: number;
  readonly cpuUs: number;
}

export async function measureInbound(load: Load, gateway: Gateway, times: Times): Promise<InboundResult> {
  progress(`handsets to ${listeners} sockets`);
  const numbers = Array.from({ length: handsets }, (_, index) => `+${numbersOf(account, 0).first + index}`);
  const agent = new Agent({ keepAlive: true, maxSockets: requestsAtOnce });
  const stop = new AbortController();
  const post = (path: string, key: string, body: object) => postJson(agent, gateway.server.port, path, key, body);
  let posted = 0;
  try {
    for (const phone of numbers) await post('/api/routes', gateway.keyOf(account), { phone_number: phone });
    const plan = { query: gateway.query(account, true), inFlight: 0, numbers: numbersOf(account, 1) };
    await load.open({
      port: gateway.server.port,
      sockets: Array.from({ length: listeners }, () => plan),
      framesPerSend: null,
    });
    const text = async (turn: number): Promise<void> => {
      for (let at = turn; !stop.signal.aborted; at += 1) {
        const phone = encodeURIComponent(numbers[at % numbers.length] ?? '');
        await post(`/simulator/phones/${phone}/messages`, gateway.ownerKey, { text: 'Is my parcel on its way?' });
        posted += 1;
      }
    };
    const texting = Promise.all(Array.from({ length: requestsAtOnce }, (_, turn) => text(turn)));
    // Whoever fails is heard below; until then it is not an unhandled rejection.
    texting.catch(() => stop.abort());
    const look = async () => ({
      used: cpuUs(gateway.server.pid),
      posted,
      counters: await load.mark(),
    });
    await sleep(times.warmUpMs);
    const before = await look();
    await sleep(times.windowMs);
    const after = await look();
    stop.abort();
    await texting;
    await load.finish();
    const seconds = (after.counters.atMs - before.counters.atMs) / 1_000;
    const messages = after.posted - before.posted;
    return {
      messagesPerS: messages / seconds,
      deliveriesPerS: (after.counters.pushed - before.counters.pushed) / seconds,
      cpuUs: (after.used - before.used) / messages,
    };
  } finally {
    stop.abort();
    agent.destroy();
  }
}

export function sayInbound({ messagesPerS, deliveriesPerS, cpuUs: cost }: InboundResult): void {
  say();
  say(
    `Handsets, ${requestsAtOnce} requests at once through the simulator: ${perSecond(messagesPerS)} messages/s in, ` +
      `${perSecond(deliveriesPerS)} deliveries/s to ${listeners} sockets, ${number(cost, 0)} µs of gateway CPU a message.`,
  );
}

function postJson(agent: Agent, port: number, path: string, key: string, body: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    };
    const sent = request({ agent, host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
      let said = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        if (status < 300) resolve();
        else reject(new Error(`POST ${path.split('/', 3).join('/')} answers ${status}: ${said.slice(0, 300)}`));
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}
