/**
 * What a caller probably meant: the field they sent whose name is almost that of the one that is missing.
 */
const longestName = 64;
const mostNames = 100;
const shortestPart = 4;

/** The present name closest to the missing one, when it is close enough to be a slip; undefined otherwise. */
export function nearMiss(missing: string, present: readonly string[]): string | undefined {
  let best: { name: string; distance: number } | undefined;
  const tolerance = Math.max(1, Math.floor(missing.length / 4));
  for (const name of present.slice(0, mostNames)) {
    if (name === missing || name.length > longestName) continue;
    const distance = slip(plain(name), plain(missing));
    if (distance <= tolerance && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

/** `phoneNumber`, `phone-number` and `PHONE_NUMBER` are one name in three dialects. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[_\s-]/g, '');

/** How far a written name is from the one that is meant; a part of it, such as `phone` for `phone_number`, is near. */
function slip(written: string, meant: string): number {
  if (written === meant) return 0;
  if (written.length >= shortestPart && meant.includes(written)) return 1;
  return editDistance(written, meant);
}

/** Insertions, deletions, replacements and swaps of neighbours between two texts. */
function editDistance(left: string, right: string): number {
  let before: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const now = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (now[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      }
      now.push(cost);
    }
    [before, last] = [last, now];
  }
  return last[right.length] ?? 0;
}
