/**
 * From a JSON schema of our contracts to a fast-check arbitrary of values that the schema takes. It knows the keywords
 * the contracts use and refuses to guess at others; `pool` gives real values (an open chat, a live key's id) to schemas
 * that a pattern cannot fill with anything that exists.
 */
import fc from 'fast-check';
import { isObject, list, object, resolve, type Json, type JsonObject } from '../contract/openapi-documents.ts';

/** Keyed by the last step of a `$ref` or by a property's name. */
export type Pool = Readonly<Record<string, fc.Arbitrary<Json>>>;

export type Arbitraries = (schema: Json | undefined) => fc.Arbitrary<Json>;

export function arbitrariesOf(document: JsonObject, pool: Pool = {}): Arbitraries {
  const of: Arbitraries = (value) => {
    const reference = isObject(value) ? value['$ref'] : undefined;
    const pooled = typeof reference === 'string' ? pool[reference.split('/').at(-1) ?? ''] : undefined;
    return pooled ?? fromSchema(object(resolve(document, value)));
  };

  const fromSchema = (schema: JsonObject): fc.Arbitrary<Json> => {
    const { type, examples } = schema;
    const generated = 'const' in schema ? fc.constant(schema['const'] ?? null) : ofShape(schema, type);
    return Array.isArray(examples)
      ? fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...examples) }, generated)
      : generated;
  };

  const ofShape = (schema: JsonObject, type: Json | undefined): fc.Arbitrary<Json> => {
    if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum']);
    if (Array.isArray(type)) return fc.oneof(...type.map((each) => ofShape({ ...schema, type: each }, each)));
    switch (typeof type === 'string' ? type : 'none') {
      case 'object':
        return objects(schema);
      case 'array':
        return arrays(schema);
      case 'string':
        return strings(schema);
      case 'integer':
      case 'number':
        return fc.integer({ min: numeric(schema['minimum'], 0), max: numeric(schema['maximum'], 1_000_000) });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'none':
        return fc.oneof(...list(schema['oneOf']).map(of));
      default:
        throw new Error(`the generator does not know the type ${JSON.stringify(type)}`);
    }
  };

  const arrays = (schema: JsonObject): fc.Arbitrary<Json> => {
    const minLength = numeric(schema['minItems'], 0);
    const maxLength = Math.min(numeric(schema['maxItems'], 6), Math.max(6, minLength));
    const item = of(schema['items']);
    if (schema['uniqueItems'] === true) return fc.uniqueArray(item, { minLength, maxLength });
    return fc.array(item, { minLength, maxLength });
  };

  /** `oneOf` and `anyOf` beside properties are groups of required names, of which one (or some) must be whole. */
  const objects = (schema: JsonObject): fc.Arbitrary<Json> => {
    const properties = Object.entries(isObject(schema['properties']) ? schema['properties'] : {});
    const always = names(schema['required']);
    const groups = list(schema['oneOf'] ?? schema['anyOf'] ?? []).map((group) => names(object(group)['required']));
    const wholeGroups =
      groups.length === 0
        ? fc.constant<string[][]>([])
        : fc.subarray(groups, { minLength: 1, maxLength: schema['oneOf'] ? 1 : groups.length });
    const atLeast = numeric(schema['minProperties'], 0);
    return wholeGroups.chain((chosen) => {
      const required = new Set([...always, ...chosen.flat()]);
      const barred = new Set(schema['oneOf'] ? groups.flat().filter((name) => !required.has(name)) : []);
      const model = Object.fromEntries(
        properties.filter(([name]) => !barred.has(name)).map(([name, inner]) => [name, pool[name] ?? of(inner)]),
      );
      const values = fc.record(model, { requiredKeys: Object.keys(model).filter((name) => required.has(name)) });
      return atLeast === 0 ? values : values.filter((value) => Object.keys(value).length >= atLeast);
    });
  };
  return of;
}

function strings(schema: JsonObject): fc.Arbitrary<Json> {
  const { pattern } = schema;
  const minLength = numeric(schema['minLength'], 0);
  const most = numeric(schema['maxLength'], 400);
  if (typeof pattern === 'string') {
    return fc.stringMatching(new RegExp(pattern, 'u')).filter((text) => Array.from(text).length <= most);
  }
  const short = fc.string({ unit: 'binary', minLength, maxLength: Math.min(most, Math.max(24, minLength)) });
  const full = fc.constantFrom('x', '😀', 'ß').map((unit) => unit.repeat(most));
  return fc.oneof({ weight: 9, arbitrary: short }, { weight: 1, arbitrary: full });
}

const names = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);
const numeric = (value: Json | undefined, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
