/**
 * What a person sees when the gateway is ready: where it is, the owner's key the one time it exists in the clear, which
 * channels work, and a line to paste that does something.
 */
import { styleText } from 'node:util';
import type { Connection } from '#ports/connections.ts';

export interface Announced {
  readonly url: string;
  readonly newOwnerKey: string | null;
  readonly connections: readonly Connection[];
}

/** `colour`: whether stdout is a terminal. Ends with a line break. */
export function banner({ url, newOwnerKey, connections }: Announced, colour: boolean): string {
  const style = (format: Parameters<typeof styleText>[0], text: string) => (colour ? styleText(format, text) : text);
  const key = newOwnerKey ?? '$CLAWGATE_KEY';
  const row = (name: string, value: string) => `  ${style('dim', name.padEnd(11))} ${value}`;
  const lines = [
    '',
    `  ${style('bold', 'Clawgate is ready')}`,
    '',
    row('WebSocket', `${url.replace(/^http/, 'ws')}/ws?key=…`),
    row('REST, docs', `${url}/docs`),
    ...connections.map((connection) => row('Channels', channelLine(connection, style))),
    row('Owner key', newOwnerKey === null ? 'as before (shown once, when it was made)' : style('bold', newOwnerKey)),
    ...(newOwnerKey === null ? [] : [row('', style('yellow', 'Save it now: it is shown this one time.'))]),
    '',
    `  ${style('dim', 'Register a phone, then let it text you:')}`,
    ...pasteable(url, key, connections).map((line) => `  ${line}`),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

type Style = (format: Parameters<typeof styleText>[0], text: string) => string;

function channelLine({ id, channels, health }: Connection, style: Style): string {
  const state =
    health.state === 'connected' ? style('green', 'connected') : style('red', health.state.replace('_', ' '));
  const mend = 'mend' in health ? ` ${health.error}. ${health.mend}` : '';
  return `${channels.join(', ')} over ${id}: ${state}${mend}`;
}

function pasteable(url: string, key: string, connections: readonly Connection[]): readonly string[] {
  const head = `-H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json'`;
  const register = `curl ${url}/api/routes ${head} -d '{"phone_number": "+15551234567"}'`;
  if (!connections.some(({ driverName }) => driverName === 'simulator')) return [register];
  return [register, `curl ${url}/simulator/phones/%2B15551234567/messages ${head} -d '{"text": "Hello, agent!"}'`];
}
