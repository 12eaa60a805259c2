/**
 * The fingerprint of a command behind an idempotency key: one short hash per field, so that a key used again for
 * another command can be refused with the name of the field that differs. Not cryptographic: a collision could only
 * make an account repeat its own message.
 */
function hash64(text: string): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return base32(low) + base32(high);
}

const digitCodes = Array.from('0123456789abcdefghijklmnopqrstuv', (digit) => digit.charCodeAt(0));

/** Seven digits. The runtime's own radix conversion costs more than all the rest. */
function base32(bits: number): string {
  const digit = (shift: number): number => digitCodes[(bits >>> shift) & 31] ?? 0;
  return String.fromCharCode(digit(30), digit(25), digit(20), digit(15), digit(10), digit(5), digit(0));
}

/** `to=1x2y|parts=3z4w`; fields that are undefined are left out, so adding an optional field changes no old fingerprint. */
export function fingerprint(fields: Readonly<Record<string, string | undefined>>): string {
  let text = '';
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) text += `${text === '' ? '' : '|'}${name}=${hash64(value)}`;
  }
  return text;
}

/** The first field in which two fingerprints differ, or null when they are the same command. */
export function differingField(before: string, now: string): string | null {
  if (before === now) return null;
  const [old, fresh] = [fieldsOf(before), fieldsOf(now)];
  for (const name of new Set([...old.keys(), ...fresh.keys()])) {
    if (old.get(name) !== fresh.get(name)) return name;
  }
  return null;
}

function fieldsOf(text: string): Map<string, string> {
  return new Map(
    text.split('|').flatMap((field) => {
      const at = field.indexOf('=');
      return at > 0 ? [[field.slice(0, at), field.slice(at + 1)] as const] : [];
    }),
  );
}
