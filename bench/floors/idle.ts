/**
 * Floor: what an open socket weighs in bare `ws`. It holds sockets, listens to them, and does nothing else.
 */
import { listenForSockets } from './listen.ts';

const held = new Set<object>();

listenForSockets((ws) => {
  held.add(ws);
  ws.on('message', () => undefined);
  ws.on('close', () => held.delete(ws));
});
