/**
 * Floor: the durable server one writes first. Every message is its own transaction with its own fsync, answered at once.
 */
import { accountName, answer, isSendFrame, openLedger } from './ledger.ts';
import { listenForSockets } from './listen.ts';

const ledger = openLedger();

listenForSockets((ws, _socket, request) => {
  const account = ledger.account(accountName(request.url));
  ws.on('message', (data: Buffer) => {
    const frame: unknown = JSON.parse(data.toString());
    if (!isSendFrame(frame)) {
      ws.send(JSON.stringify({ type: 'error', code: 'invalid_send', message: 'Not a send frame' }));
      return;
    }
    ledger.begin();
    const message = ledger.write(account, frame, Date.now());
    if (message !== 0) ledger.count(account, 1);
    ledger.commit();
    ws.send(answer(frame, message));
  });
});
