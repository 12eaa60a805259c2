/**
 * Floor: the least that keeps the gateway's promise. What arrives in one turn of the loop is committed together with one
 * fsync, then answered, the answers of a socket corked. It checks frames, keeps message, outbox row, unique key and
 * quota; it dispatches nothing, knows no conversations and keeps no log.
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { accountName, answer, isSendFrame, openLedger, type SendFrame } from './ledger.ts';
import { listenForSockets } from './listen.ts';

interface Caller {
  readonly ws: WebSocket;
  readonly socket: Duplex;
  readonly account: number;
  answers: string[];
}

/** More in one transaction only delays the first answer. */
const maxBatch = 1024;

const ledger = openLedger();
let waiting: { caller: Caller; frame: SendFrame }[] = [];

listenForSockets((ws, socket, request) => {
  const caller: Caller = { ws, socket, account: ledger.account(accountName(request.url)), answers: [] };
  ws.on('message', (data: Buffer) => {
    const frame: unknown = JSON.parse(data.toString());
    if (!isSendFrame(frame)) {
      ws.send(JSON.stringify({ type: 'error', code: 'invalid_send', message: 'Not a send frame' }));
      return;
    }
    if (waiting.length === 0) setImmediate(flush);
    waiting.push({ caller, frame });
  });
});

function flush(): void {
  const batch = waiting.length > maxBatch ? waiting.splice(0, maxBatch) : waiting;
  if (batch === waiting) waiting = [];
  else setImmediate(flush);

  const used = new Map<number, number>();
  const callers = new Set<Caller>();
  const nowMs = Date.now();
  ledger.begin();
  for (const { caller, frame } of batch) {
    const message = ledger.write(caller.account, frame, nowMs);
    if (message !== 0) used.set(caller.account, (used.get(caller.account) ?? 0) + 1);
    caller.answers.push(answer(frame, message));
    callers.add(caller);
  }
  for (const [account, messages] of used) ledger.count(account, messages);
  ledger.commit();

  for (const caller of callers) {
    caller.socket.cork();
    for (const text of caller.answers) caller.ws.send(text);
    caller.socket.uncork();
    caller.answers = [];
  }
}
