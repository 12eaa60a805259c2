/**
 * Instants as agents write and read them: ISO 8601 in, exact to the microsecond, and RFC 3339 in UTC out. JavaScript's
 * own Date stops at milliseconds, which would replay or skip messages that came within one.
 */
const iso = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):?(\d{2}))$/;

/**
 * Microseconds since the epoch, or undefined for what is no instant: another form, no zone, no such day. Digits past the
 * microsecond are dropped; instants before the epoch or beyond exact integers become the nearest that can be told apart.
 */
export function parseInstant(text: string): number | undefined {
  const match = text.length <= 40 ? iso.exec(text) : null;
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [offsetHour, offsetMinute] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  // A leap second is written :60 and means the second after.
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offsetMinutes = (offsetHour * 60 + offsetMinute) * (match[8] === '-' ? -1 : 1);
  const seconds = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offsetMinutes * 60;
  const fractionUs = Number((match[7] ?? '').slice(0, 6).padEnd(6, '0'));
  return Math.min(Math.max(seconds * 1_000_000 + fractionUs, 0), Number.MAX_SAFE_INTEGER);
}

/** `2026-04-10T14:30:00.123456Z`. */
export function instantText(us: number): string {
  const ms = Math.floor(us / 1000);
  const rest = us - ms * 1000;
  return `${new Date(ms).toISOString().slice(0, -1)}${rest.toString().padStart(3, '0')}Z`;
}
