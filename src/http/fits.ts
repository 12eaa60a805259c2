/**
 * Whether a value surely fits a JSON Schema, for the part of the language our contracts use: the common case of a good
 * request, decided in a fraction of the validator's time. What this does not know it is unsure about, and unsure or
 * unfit goes to the validator, which has the words. So it never refuses anything, and must never let pass what the
 * validator would refuse.
 */
export type Verdict = 'fits' | 'unfit' | 'unsure';
export type Fit = (value: unknown) => Verdict;

type Schema = Readonly<Record<string, unknown>>;

/** Says nothing about a value. */
const annotations = ['title', 'description', 'example', 'examples', 'deprecated', '$comment', 'externalDocs'];

/** `resolve` answers what a `$ref` points to. */
export function fitOf(schema: unknown, resolve: (ref: string) => unknown, known = new Map<string, Fit>()): Fit {
  if (schema === true) return () => 'fits';
  if (!isRecord(schema)) return unsure;
  const { $ref } = schema;
  if (typeof $ref === 'string' && Object.keys(schema).length === 1) return fitOfRef($ref, resolve, known);
  const compile = (inner: unknown): Fit => fitOf(inner, resolve, known);
  const rules: Fit[] = [];
  for (const [keyword, wanted] of Object.entries(schema)) {
    if (annotations.includes(keyword) || keyword.startsWith('x-')) continue;
    rules.push(keywords[keyword]?.(wanted, schema, compile) ?? unsure);
  }
  return all(rules);
}

/** Compiled once, and only when a value gets there: a schema may hold itself. */
function fitOfRef(ref: string, resolve: (ref: string) => unknown, known: Map<string, Fit>): Fit {
  return (value) => {
    let fit = known.get(ref);
    if (!fit) known.set(ref, (fit = fitOf(resolve(ref), resolve, known)));
    return fit(value);
  };
}

type Keyword = (wanted: unknown, schema: Schema, compile: (inner: unknown) => Fit) => Fit | undefined;

const keywords: Readonly<Record<string, Keyword>> = {
  type(wanted) {
    const types: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    const [only] = types;
    if (types.length === 1 && typeof only === 'string') return when((value) => isOfType(value, only));
    return when((value) => types.some((type) => typeof type === 'string' && isOfType(value, type)));
  },
  enum: (wanted) => (isPlainList(wanted) ? when((value) => wanted.includes(value)) : undefined),
  const: (wanted) => (isPlain(wanted) ? when((value) => value === wanted) : undefined),
  pattern(wanted) {
    if (typeof wanted !== 'string') return undefined;
    const pattern = new RegExp(wanted, 'u');
    return when((value) => typeof value !== 'string' || pattern.test(value));
  },
  minLength: bound((value, limit) => typeof value !== 'string' || isAtLeast(value, limit)),
  maxLength: bound(
    (value, limit) => typeof value !== 'string' || value.length <= limit || !isAtLeast(value, limit + 1),
  ),
  minimum: bound((value, limit) => typeof value !== 'number' || value >= limit),
  maximum: bound((value, limit) => typeof value !== 'number' || value <= limit),
  minItems: bound((value, limit) => !Array.isArray(value) || value.length >= limit),
  maxItems: bound((value, limit) => !Array.isArray(value) || value.length <= limit),
  items(wanted, _schema, compile) {
    const fit = compile(wanted);
    return (value) => (Array.isArray(value) ? allOf(value, fit) : 'fits');
  },
  required(wanted) {
    if (!isPlainList(wanted)) return undefined;
    return when((value) => !isRecord(value) || wanted.every((name) => Object.hasOwn(value, String(name))));
  },
  properties(wanted, _schema, compile) {
    // A property that is absent may have a default, which the validator would write into the value.
    if (!isRecord(wanted) || Object.values(wanted).some((inner) => isRecord(inner) && 'default' in inner))
      return undefined;
    const fits = Object.entries(wanted).map(([name, inner]) => [name, compile(inner)] as const);
    return (value) => {
      if (!isRecord(value)) return 'fits';
      let verdict: Verdict = 'fits';
      for (const [name, fit] of fits) {
        if (Object.hasOwn(value, name)) verdict = worse(verdict, fit(value[name]));
      }
      return verdict;
    };
  },
  additionalProperties(wanted, { properties }) {
    if (wanted === true) return when(() => true);
    if (wanted !== false || !isRecord(properties)) return undefined;
    return when((value) => !isRecord(value) || Object.keys(value).every((name) => Object.hasOwn(properties, name)));
  },
  allOf: (wanted, _schema, compile) => (Array.isArray(wanted) ? all(wanted.map(compile)) : undefined),
  anyOf: counted((fitting) => fitting > 0),
  oneOf: counted((fitting) => fitting === 1),
};

const unsure: Fit = () => 'unsure';

const when =
  (holds: (value: unknown) => boolean): Fit =>
  (value) =>
    holds(value) ? 'fits' : 'unfit';

function bound(holds: (value: unknown, limit: number) => boolean): Keyword {
  return (wanted) => (typeof wanted === 'number' ? when((value) => holds(value, wanted)) : undefined);
}

function counted(isEnough: (fitting: number) => boolean): Keyword {
  return (wanted, _schema, compile) => {
    if (!Array.isArray(wanted)) return undefined;
    const fits = wanted.map(compile);
    return (value) => {
      const verdicts = fits.map((fit) => fit(value));
      if (verdicts.includes('unsure')) return 'unsure';
      return isEnough(verdicts.filter((verdict) => verdict === 'fits').length) ? 'fits' : 'unfit';
    };
  };
}

function all(rules: readonly Fit[]): Fit {
  const [only] = rules;
  if (only && rules.length === 1) return only;
  return (value) => {
    let verdict: Verdict = 'fits';
    for (const rule of rules) verdict = worse(verdict, rule(value));
    return verdict;
  };
}

function allOf(values: readonly unknown[], fit: Fit): Verdict {
  let verdict: Verdict = 'fits';
  for (const value of values) verdict = worse(verdict, fit(value));
  return verdict;
}

const worse = (one: Verdict, other: Verdict): Verdict =>
  one === 'unfit' || other === 'unfit' ? 'unfit' : one === 'fits' ? other : one;

/** Lengths are counted in code points: a text has at least half as many as it has units. */
function isAtLeast(text: string, limit: number): boolean {
  if (text.length < limit) return false;
  return text.length >= limit * 2 || Array.from(text).length >= limit;
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

const isRecord = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlain = (value: unknown): boolean => value === null || typeof value !== 'object';
const isPlainList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.every(isPlain);
