/**
 * Floor: what `ws` and JSON cost alone. Each frame is parsed, stringified and sent back; nothing is checked or kept.
 */
import { listenForSockets } from './listen.ts';

listenForSockets((ws) => {
  ws.on('message', (data: Buffer) => ws.send(JSON.stringify(JSON.parse(data.toString()))));
});
