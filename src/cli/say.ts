/**
 * How commands speak: answers on stdout, everything said along the way on stderr, colour only where a terminal shows
 * it. A step that takes longer than a glance says how far it is.
 */
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

export function answer(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A text in a style on stdout's terminal, plain elsewhere. */
export const styled = (style: Style, text: string): string => styleText(style, text);

/** Rows as aligned columns; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  return rows
    .map((row, line) => {
      const text = row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd();
      return line === 0 ? styled('dim', text) : text;
    })
    .join('\n');
}

export function bytesText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** Passes on at most one report a second, and none in the first: quick work needs no progress. */
export function paced(
  report: (text: string) => void,
  nowMs: () => number = () => performance.now(),
): (text: string) => void {
  let lastMs = nowMs();
  return (text) => {
    if (nowMs() - lastMs < 1000) return;
    lastMs = nowMs();
    report(text);
  };
}
