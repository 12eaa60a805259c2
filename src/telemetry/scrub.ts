/**
 * The last line of defence before a log line is written: whatever looks like a key, a credential in a URL or a phone
 * number is blotted out, wherever it stands. Rooms log ids alone; this is for what slips into an error's message.
 */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/cm_live_\w+/g, 'cm_live_…'],
  [/([?&;](?:api_?key|key|token|sig|access_token)=)[^&\s"'#]+/gi, '$1…'],
  [/(\b(?:bearer|basic)\s+)[\w.~+/=:-]{8,}/gi, '$1…'],
  [/(\/\/)[^/@\s"']+@/g, '$1…@'],
  // A private key, as wallets spell it; an address is shorter.
  [/0x[0-9a-f]{64}(?![0-9a-f])/gi, '0x…'],
  [/(?:\+|%2B)\d{7,15}(?!\d)/gi, '+…'],
];

/** Fields whose whole value is somebody's content or secret, whatever they hold. */
const neverLogged =
  /^(body|text|content|parts|question|options|password|secret|authorization|cookie|pepper|api_?key|owner_?key|credential|phone(_?number)?|participants|recipient|sender)$/i;

const maxDepth = 6;
const maxItems = 50;
const maxCharacters = 4_000;

/** `secrets` are texts known to be secret that no pattern would catch, such as an owner key of a person's choice. */
export type Scrub = (fields: Record<string, unknown>) => Record<string, unknown>;

export function createScrub(secrets: readonly string[] = []): Scrub {
  const known = secrets
    .filter((secret) => secret.length >= 8)
    .flatMap((secret) => [secret, encodeURIComponent(secret)]);
  const text = (value: string): string => {
    let clean = value.length > maxCharacters ? `${value.slice(0, maxCharacters)}…` : value;
    for (const secret of known) clean = clean.replaceAll(secret, '…');
    for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
    return clean;
  };
  const record = (value: object, depth: number) => {
    const clean: Record<string, unknown> = {};
    for (const [name, item] of Object.entries(value).slice(0, maxItems)) {
      clean[text(name)] = neverLogged.test(name) && !isCount(item) ? '…' : any(item, depth + 1);
    }
    return clean;
  };
  const any = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > maxDepth) return '…';
    if (value instanceof Error) return error(value, depth);
    if (value instanceof Date) return value.toJSON();
    if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
    if (value instanceof URL) return text(value.href);
    if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => any(item, depth + 1));
    return record(value, depth);
  };
  const error = (value: Error, depth: number) => ({
    name: value.name,
    message: text(value.message),
    ...('code' in value && { code: any(value.code, depth + 1) }),
    ...(value.stack !== undefined && { stack: text(value.stack) }),
    ...(value.cause !== undefined && { cause: any(value.cause, depth + 1) }),
  });
  return (fields) => record(fields, 0);
}

const isCount = (value: unknown): boolean => typeof value === 'number' || typeof value === 'boolean' || value === null;
