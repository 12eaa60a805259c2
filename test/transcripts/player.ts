/**
 * Plays written conversations over a socket and compares the answers byte for byte, key order included. A transcript is
 * a title line `# …`, frames of the client `>> …`, frames of the gateway `<< …`, and stage directions `-- …` for what
 * happens on the other side. `<name>` in a gateway's frame stands for a value that is free the first time and must come
 * again the next; in a client's frame it is that value. After the last line nothing more may come.
 */
import { expect } from 'vitest';
import { readBundle, validatorOf, type Json } from '../contract/openapi-documents.ts';
import type { AgentSocket } from '../support/ws-client.ts';

export interface Transcript {
  readonly title: string;
  readonly lines: readonly string[];
}

export interface Stage {
  /** Open the agent's socket: at the start, or at the direction `the agent connects` where there is one. */
  readonly connect: () => Promise<AgentSocket>;
  /** Do what a direction says. */
  readonly direct: (direction: string) => Promise<void>;
}

const faults = validatorOf(readBundle('claw-messenger.asyncapi'));
const connects = '-- the agent connects';

export function readTranscripts(text: string): readonly Transcript[] {
  return text
    .split(/^# /m)
    .slice(1)
    .map((block) => {
      const [title = '', ...lines] = block.split('\n').filter((line) => line.trim() !== '');
      return { title, lines };
    });
}

export async function play({ lines }: Transcript, stage: Stage): Promise<void> {
  const beginning = lines.indexOf(connects);
  for (const line of lines.slice(0, Math.max(beginning, 0))) await stage.direct(line.slice(3));
  const socket = await stage.connect();
  const known = new Map<string, string>();
  for (const line of lines.slice(beginning + 1)) {
    const body = line.slice(3);
    switch (line.slice(0, 2)) {
      case '>>':
        socket.send(body.replaceAll(/<(\w+)>/g, (whole, name: string) => known.get(name) ?? whole));
        break;
      case '<<':
        learn(body, await socket.nextText(), known);
        break;
      case '--':
        await stage.direct(body);
        break;
      default:
        throw new Error(`no transcript line: ${line}`);
    }
  }
  socket.send('{"type":"ping"}');
  expect(await socket.nextText(), 'nothing may come after the last line').toBe('{"type":"pong"}');
  await socket.close();
}

/** Compare one frame with its pattern and the contract, and keep what its placeholders stood for. */
function learn(pattern: string, frame: string, known: Map<string, string>): void {
  const names: string[] = [];
  const source = pattern
    .split(/("?<\w+>)/)
    .map((piece) => {
      const [, quote, name] = /^("?)<(\w+)>$/.exec(piece) ?? [];
      if (quote === undefined || name === undefined) return escaped(piece);
      const value = known.get(name);
      if (value !== undefined) return escaped(quote + value);
      names.push(name);
      return quote === '"' ? '"([^"]+)' : '([^",}]+)';
    })
    .join('');
  const match = new RegExp(`^${source}$`).exec(frame);
  if (!match) expect(frame).toBe(pattern);
  expect(faults({ $ref: '#/components/schemas/ServerFrame' }, JSON.parse(frame) as Json)).toEqual([]);
  names.forEach((name, index) => known.set(name, match?.[index + 1] ?? ''));
}

const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
