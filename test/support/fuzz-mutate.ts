/**
 * What goes wrong with JSON between a program and us: values of the wrong type, fields gone, added or twice, texts that
 * are huge or no Unicode, nesting, names that reach for prototypes, and text that is no JSON at all. A mutation is data,
 * so that fast-check can print and shrink it.
 */
import fc from 'fast-check';
import { isObject, type Json } from '../contract/openapi-documents.ts';

const nested = (depth: number): Json => Array.from({ length: depth }).reduce<Json>((inner) => [inner], []);

/** Values that fit almost nowhere, and almost everywhere somebody forgets one of them. */
export const hostile: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, '', ' ', [], {}, [null], [[]], {
    length: 1,
  }),
  fc.constantFrom<Json>(
    '\ud800',
    'a\udc00b',
    '\u0000',
    '\u202e+1234567890',
    '＋１２３４５６７８９０',
    '👩‍👩‍👧‍👦'.repeat(40),
    '../../etc/passwd',
    "'; DROP TABLE messages; --",
    '${jndi:ldap://x}',
    '__proto__',
    'constructor',
    'toString',
    'NaN',
    '2026-13-45T99:99:99Z',
    '+0000000000000000',
  ),
  fc.integer({ min: 200, max: 400 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 9_990, max: 10_010 }).map((length) => 'y'.repeat(length)),
  fc.integer({ min: 95, max: 260 }).map((length) => Array.from({ length }, () => '+15550001111')),
  fc.integer({ min: 25, max: 60 }).map(nested),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json),
);

const fieldNames = fc.oneof(
  fc.constantFrom(
    'type',
    'id',
    'to',
    'chatId',
    'parts',
    'value',
    'url',
    'cursor',
    'since',
    'ok',
    'toString',
    'hasOwnProperty',
  ),
  fc.string({ maxLength: 12 }).filter((name) => name !== '__proto__'),
);

type Change =
  | { readonly how: 'put'; readonly at: number; readonly value: Json }
  | { readonly how: 'drop'; readonly at: number }
  | { readonly how: 'add'; readonly at: number; readonly name: string; readonly value: Json }
  | { readonly how: 'rename'; readonly at: number };

const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ how: fc.constant('put' as const), at: fc.nat(), value: hostile }),
  fc.record({ how: fc.constant('drop' as const), at: fc.nat() }),
  fc.record({ how: fc.constant('add' as const), at: fc.nat(), name: fieldNames, value: hostile }),
  fc.record({ how: fc.constant('rename' as const), at: fc.nat() }),
);

/** The value with one to three things about it changed; still JSON. */
export function mutated(values: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return (
    fc
      .tuple(values, fc.array(changes, { minLength: 1, maxLength: 3 }))
      // Cloned, because what is put in may be damaged in its turn, and is the same object for every run.
      .map(([value, list]) =>
        list.reduce((damaged, change) => apply(damaged, structuredClone(change)), structuredClone(value)),
      )
  );
}

interface Place {
  readonly holder: Json[] | { [key: string]: Json };
  readonly key: string | number;
}

function placesIn(value: Json): Place[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, key) => [{ holder: value, key }, ...placesIn(item)]);
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [{ holder: value, key }, ...placesIn(item)]);
}

function apply(value: Json, change: Change): Json {
  const places = placesIn(value);
  const place = places[change.at % (places.length + 1)];
  if (!place) return change.how === 'put' ? change.value : value;
  const { holder, key } = place;
  if (Array.isArray(holder)) {
    if (change.how === 'put' || change.how === 'add') holder[Number(key)] = change.value;
    else holder.splice(Number(key), 1);
    return value;
  }
  const name = String(key);
  if (change.how === 'put') holder[name] = change.value;
  else if (change.how === 'add') holder[change.name] = change.value;
  else {
    const held = holder[name] ?? null;
    delete holder[name];
    if (change.how === 'rename') holder[name.slice(1) + name.slice(0, 1).toUpperCase()] = held;
  }
  return value;
}

type Spoil = (text: string, at: number) => string;

/** Damage to the text itself. What nests or grows does so within a frame's bounds, or well beyond them. */
const spoils: readonly Spoil[] = [
  (text, at) => text.slice(0, at % (text.length + 1)),
  (text, at) => text.slice(at % (text.length + 1)),
  (text, at) => `${text.slice(0, at % (text.length + 1))}\u0007${text.slice(at % (text.length + 1))}`,
  (text) => text + text,
  (text) => `\ufeff${text}`,
  (text) => `[${text}]`,
  (text) => text.replaceAll('"', "'"),
  (text) => text.replace('{', '{"__proto__":{"type":"ping","isAdmin":true},'),
  (text) => text.replace('{', '{"\\u005f\\u005fproto\\u005f\\u005f":1,'),
  (text) => text.replace('{', '{"constructor":{"prototype":{"x":1}},'),
  (text) => text.replace('{', `{"deep":${'['.repeat(10_000)}${']'.repeat(10_000)},`),
  (text) => text.replace('{', `{"deep":${'{"a":'.repeat(40)}1${'}'.repeat(40)},`),
  (text) => '['.repeat(50_000) + text,
  (text) => text.replace('{', `{"padding":"${'z'.repeat(200_000)}",`),
  (text) => text.replace(/}$/, ',"type":"ping","type":"pong"}'),
  (text) => text.replace(/}$/, ',}'),
  (text) => `${text} // and a comment`,
  () => '',
  () => 'NaN',
  () => '"',
  () => '\u0000',
];

/** Texts around values: most as JSON.stringify writes them, some spoilt. */
export function spoilt(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(texts, fc.constantFrom(...spoils), fc.nat()).map(([text, spoil, at]) => spoil(text, at));
}

/** Good, mutated and spoilt texts of a value, as a fuzz sends them. */
export function textsAround(values: fc.Arbitrary<Json>): fc.Arbitrary<string> {
  const good = values.map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 3, arbitrary: good },
    { weight: 4, arbitrary: mutated(values).map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: spoilt(good) },
  );
}
