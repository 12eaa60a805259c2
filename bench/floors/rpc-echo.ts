/**
 * Floor: what `ws` and JSON-RPC cost alone. Each frame is parsed and answered under its id with a small payload; nobody
 * is authenticated, nothing is looked up.
 */
import { listenForSockets } from './listen.ts';

listenForSockets((ws) => {
  ws.on('message', (data: Buffer) => {
    const { id, method } = JSON.parse(data.toString()) as { id: number; method: string };
    ws.send(JSON.stringify({ id, ok: true, payload: { method, status: 'ok', ts: Date.now() } }));
  });
});
