/**
 * strace's output as system calls with their place in time: a call that was interrupted by another thread's stands on
 * two lines, and begins on the first and ends on the second.
 */
export interface Call {
  readonly name: string;
  /** The path or socket behind the descriptor, as `-y` tells it. */
  readonly file: string;
  readonly text: string;
  readonly result: string;
  /** Line numbers: all that order needs. */
  readonly startedAt: number;
  readonly endedAt: number;
}

const whole = /^(\d+) +(\w+)\(\d+<(.*?)>(.*)\) += (-?\d+|\?)/;
const begun = /^(\d+) +(\w+)\(\d+<(.*?)>(.*) <unfinished \.\.\.>$/;
const resumed = /^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (-?\d+|\?)/;

export function readCalls(trace: string): readonly Call[] {
  const calls: Call[] = [];
  const open = new Map<string, Omit<Call, 'endedAt' | 'result'>>();
  trace.split('\n').forEach((line, at) => {
    const [, thread = '', name = '', file = '', rest = '', result = ''] = whole.exec(line) ?? [];
    if (name) {
      calls.push({ name, file, text: unescaped(rest), result, startedAt: at, endedAt: at });
      return;
    }
    const start = begun.exec(line);
    if (start) {
      const [, by = '', call = '', path = '', words = ''] = start;
      open.set(by, { name: call, file: path, text: unescaped(words), startedAt: at });
      return;
    }
    const end = resumed.exec(line);
    const before = end && open.get(end[1] ?? '');
    if (!before) return;
    open.delete(end[1] ?? thread);
    calls.push({ ...before, text: before.text + unescaped(end[3] ?? ''), result: end[4] ?? '', endedAt: at });
  });
  return calls.toSorted((one, two) => one.startedAt - two.startedAt);
}

/** Quotes alone: what is looked for is plain text. */
function unescaped(text: string): string {
  return text.replaceAll('\\"', '"');
}
