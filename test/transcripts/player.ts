/**
 * Plays written conversations over a socket and compares the answers byte for byte, key order included. A transcript is
 * a title line `# …`, frames of the client `>> …`, frames of the gateway `<< …`, and stage directions `-- …` for what
 * happens on the other side. `<name>` in a gateway's frame stands for a value that is free the first time and must come
 * again the next; in a client's frame it is that value. After the last line nothing more may come.
 */
import { expect } from 'vitest';
import type { AgentSocket } from '../support/ws-client.ts';

export interface Transcript {
  readonly title: string;
  readonly lines: readonly string[];
}

/** What a stage direction does, by its text up to a placeholder's value. */
export type Direct = (direction: string) => void | Promise<void>;

export function readTranscripts(text: string): readonly Transcript[] {
  return text
    .split(/^# /m)
    .slice(1)
    .map((block) => {
      const [title = '', ...lines] = block.split('\n').filter((line) => line.trim() !== '');
      return { title, lines };
    });
}

export async function play(transcript: Transcript, socket: AgentSocket, direct: Direct): Promise<void> {
  const known = new Map<string, string>();
  const filled = (line: string) => line.replaceAll(/<(\w+)>/g, (whole, name: string) => known.get(name) ?? whole);
  for (const line of transcript.lines) {
    const body = line.slice(3);
    switch (line.slice(0, 2)) {
      case '>>':
        socket.send(filled(body));
        break;
      case '<<':
        learn(body, await socket.nextText(), known);
        break;
      case '--':
        await direct(filled(body));
        break;
      default:
        throw new Error(`no transcript line: ${line}`);
    }
  }
  socket.send('{"type":"ping"}');
  expect(await socket.nextText(), 'nothing may come after the last line').toBe('{"type":"pong"}');
}

/** Compare one frame with its pattern, and keep what its placeholders stood for. */
function learn(pattern: string, frame: string, known: Map<string, string>): void {
  const names: string[] = [];
  const source = pattern
    .split(/(<\w+>)/)
    .map((piece) => {
      const name = /^<(\w+)>$/.exec(piece)?.[1];
      if (name === undefined) return escaped(piece);
      const value = known.get(name);
      if (value !== undefined) return escaped(value);
      names.push(name);
      return '([^",}]+)';
    })
    .join('');
  const match = new RegExp(`^${source}$`).exec(frame);
  if (!match) expect(frame).toBe(pattern);
  names.forEach((name, index) => known.set(name, match?.[index + 1] ?? ''));
}

const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
