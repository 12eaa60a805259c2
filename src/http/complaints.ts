/**
 * From what a JSON Schema validator says of a request to a sentence for its caller: which field, what is wrong with it,
 * and what was probably meant. Both validators speak ajv's words.
 */
import { refuse, type Refused } from '#core/failure.ts';
import { nearMiss } from './near-miss.ts';

export interface Complaint {
  /** `/body/parts/0/value`, `/query/page`. */
  readonly path: string;
  readonly message: string;
  /** `required.openapi.validation`: the JSON Schema keyword that was broken; absent where none was. */
  readonly errorCode?: string;
}

export function refusalOf(complaint: Complaint | undefined, body: unknown): Refused {
  return refuse('invalid', ...sentence(complaint, body));
}

function sentence(complaint: Complaint | undefined, body: unknown): [string, { field?: string }] {
  if (complaint === undefined) return ['The request does not match the documented form; /docs shows it', {}];
  const keyword = complaint.errorCode?.split('.')[0];
  const steps = complaint.path.split('/').slice(1).map(unescaped);
  const [place, ...inner] = steps;
  const field = fieldText(place === 'body' ? inner : steps.slice(1));
  if (place === 'body' && field === '') {
    if (body === undefined) return ['The body is missing; send a JSON object', {}];
    if (keyword !== 'type') return ['The body is empty; send at least one of the documented fields', {}];
    return ['The body must be a JSON object', {}];
  }
  return [`${field} ${demand(keyword, complaint.message, place === 'body' ? inner : [], body)}`, { field }];
}

/** What is demanded of the field, as the end of a sentence that begins with its name. */
function demand(keyword: string | undefined, message: string, steps: readonly string[], body: unknown): string {
  if (keyword === 'required') {
    const meant = nearMiss(steps.at(-1) ?? '', keysAt(body, steps.slice(0, -1)));
    return meant === undefined ? 'is missing; add it' : `is missing; did you mean it by '${meant}'?`;
  }
  if (keyword === 'type') return `must be of type ${message.replace(/^must be /, '')}`;
  const meant = keyword === 'pattern' && patterns.find(([pattern]) => message.includes(pattern));
  if (meant) return meant[1];
  return message.replaceAll(' NOT ', ' not ');
}

/** What the contracts' patterns are for; where they begin alike, the longer stands first. */
const patterns: readonly (readonly [pattern: string, demand: string])[] = [
  ['^\\+\\d{7,15}$', 'must be a phone number in E.164 format: + and 7 to 15 digits, such as +15551234567'],
  ['^[Hh][Tt][Tt][Pp][Ss]?://', 'must be an http or https URL, such as https://example.com/image.jpg'],
  [
    '^\\d{4}-\\d{2}-\\d{2}([Tt ]',
    'must be a date such as 2026-01-31, or an instant with Z or an offset such as 2026-01-31T14:30:00Z',
  ],
  ['^\\d{4}-\\d{2}-\\d{2}[Tt ]', 'must be an instant with Z or an offset, such as 2026-01-31T14:30:00Z'],
  ['^0[xX][0-9a-fA-F]{40}$', 'must be a wallet address: 0x and 40 hexadecimal digits'],
  ['^[\\w!#$&^.+\\-]+/', 'must be a media type, such as image/png'],
];

/** `parts[0].value` */
function fieldText(steps: readonly string[]): string {
  return steps.reduce(
    (text, step) => (/^\d+$/.test(step) ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}

function keysAt(value: unknown, steps: readonly string[]): readonly string[] {
  let at = value;
  for (const step of steps) {
    at =
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Record<string, unknown>)[step]
        : undefined;
  }
  return typeof at === 'object' && at !== null ? Object.keys(at) : [];
}

const unescaped = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~');
