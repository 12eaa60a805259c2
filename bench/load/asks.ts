/**
 * The load process of questions and answers: connections kept alive, one question under way on each. The same code asks
 * the gateway, every floor and every stranger; it never decides how long.
 */
import { randomUUID } from 'node:crypto';
import { type HttpConnection, openHttp } from './http.ts';
import type { Answer, AskJob, HttpAsk, Order } from './orders.ts';
import { newScore } from './score.ts';
import { openSocket } from './socket.ts';

const patienceMs = 5_000;

interface Asker {
  ask(): void;
  close(): void;
}

let score = newScore();
let askers: Asker[] = [];
let asking = false;
let finishing = false;

const tell = (answer: Answer): void => void process.send?.(answer);
const fail = (why: string): void => tell({ answer: 'broken', why });

process.on('message', (order: Order<AskJob>) => {
  obey(order).catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
});
process.on('disconnect', () => process.exit(0));

async function obey(order: Order<AskJob>): Promise<void> {
  switch (order.order) {
    case 'open':
      [score, askers, asking, finishing] = [newScore(), [], false, false];
      askers = await Promise.all(Array.from({ length: order.job.connections }, (_, index) => open(order.job, index)));
      return tell({ answer: 'opened' });
    case 'send':
      asking = true;
      for (const asker of askers) asker.ask();
      return tell({ answer: 'sending' });
    case 'mark':
      return tell({ answer: 'marked', counters: score.mark() });
    case 'finish':
      return tell({ answer: 'finished', finish: await finish() });
    default:
      order satisfies never;
  }
}

async function finish() {
  asking = false;
  const untilMs = performance.now() + patienceMs;
  while (score.underWay > 0 && performance.now() < untilMs) await new Promise((done) => setTimeout(done, 10));
  finishing = true;
  for (const asker of askers) asker.close();
  return score.finish();
}

const closed = (why: string): void => {
  if (!finishing) fail(why);
};

function open(job: AskJob, index: number): Promise<Asker> {
  return job.by.way === 'http' ? openByHttp(job.port, turn(job.by.asks, index)) : openByRpc(job, job.by, index);
}

async function openByHttp(port: number, { request, numbers }: HttpAsk): Promise<Asker> {
  let [askedAtMs, refused] = [0, false];
  const ask = (): void => {
    askedAtMs = performance.now();
    score.asked();
    const number = numbers.first + Math.floor(Math.random() * numbers.count);
    connection.write(request.replace('{key}', randomUUID()).replace('{number}', String(number)));
  };
  const connection: HttpConnection = await openHttp(port, {
    answer(status, body) {
      refused = status < 200 || status >= 300;
      score.answered(askedAtMs, refused ? `${status} ${body()}` : null);
      if (asking) ask();
    },
    // A refusal may end its connection; the report tells of it.
    closed: (why) => (refused ? undefined : closed(why)),
  });
  return { ask, close: () => connection.close() };
}

async function openByRpc(
  job: AskJob,
  { path, hellos, ask: text }: Extract<AskJob['by'], { way: 'rpc' }>,
  index: number,
): Promise<Asker> {
  let [askedAtMs, sequence, expected] = [0, 0, '"id":0'];
  const welcome = Promise.withResolvers<void>();
  const ask = (): void => {
    askedAtMs = performance.now();
    expected = `"id":${(sequence += 1)}`;
    score.asked();
    socket.queue(text.replace('{id}', String(sequence)));
    socket.flush();
  };
  const socket = await openSocket(job.port, path, {
    frame(answer) {
      // Events come between answers.
      if (!answer.includes(expected)) return;
      const isRefused = answer.includes('"ok":false');
      if (sequence > 0) {
        score.answered(askedAtMs, isRefused ? answer : null);
        if (asking) ask();
      } else if (isRefused) welcome.reject(new Error(`The socket was not welcome: ${answer.slice(0, 300)}`));
      else welcome.resolve();
    },
    readEnd: () => undefined,
    closed(why) {
      welcome.reject(new Error(why));
      closed(why);
    },
  });
  socket.queue(turn(hellos, index));
  socket.flush();
  await welcome.promise;
  return { ask, close: () => socket.close() };
}

function turn<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('A job must say what to ask');
  return item;
}
