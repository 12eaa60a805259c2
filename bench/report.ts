/**
 * Numbers as text: medians, aligned tables, and whether a figure the project set itself is met.
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

export const say = (line = ''): void => console.log(line);
/** Progress goes to stderr, so that stdout is the report alone. */
export const progress = (line: string): void => console.error(`  … ${line}`);

export const perSecond = (value: number): string =>
  value >= 10_000
    ? `${(value / 1_000).toFixed(1)}k`
    : value >= 1_000
      ? `${(value / 1_000).toFixed(2)}k`
      : value.toFixed(0);
export const ratio = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : '–');
export const number = (value: number, digits = 1): string => (Number.isFinite(value) ? value.toFixed(digits) : '–');

export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  say(line(head));
  say(widths.map((width) => '-'.repeat(width)).join('  '));
  for (const row of rows) say(line(row));
}

export interface Figure {
  readonly what: string;
  readonly measured: number;
  readonly bound: number;
  readonly sense: 'at least' | 'at most';
}

/** Information, never a verdict: the bench exits 0 either way. */
export function sayFigures(figures: readonly Figure[]): void {
  table(
    ['figure', 'measured', 'wanted', ''],
    figures.map(({ what, measured, bound, sense }) => {
      const holds = sense === 'at least' ? measured >= bound : measured <= bound;
      return [
        what,
        number(measured, 2),
        `${sense} ${bound}`,
        holds ? 'holds' : Number.isNaN(measured) ? 'not measured' : 'missed',
      ];
    }),
  );
}
