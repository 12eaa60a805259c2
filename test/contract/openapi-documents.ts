/**
 * Reads the generated bundles for the contract tests and validates values against their schemas. Strict about schema
 * keywords, because a misspelt keyword would be ignored in silence.
 */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export type Bundle =
  | 'claw-messenger.openapi'
  | 'claw-messenger.asyncapi'
  | 'clawbook.openapi'
  | 'clawxmtp.openapi'
  | 'openclaw.openrpc'
  | 'simulator.openapi';

export function readBundle(name: Bundle): JsonObject {
  const url = new URL(`../../src/wire/${name}.json`, import.meta.url);
  return object(JSON.parse(readFileSync(url, 'utf8')) as Json);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function object(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw new Error(`not an object: ${JSON.stringify(value)}`);
  return value;
}

export function list(value: Json | undefined): Json[] {
  if (!Array.isArray(value)) throw new Error(`not a list: ${JSON.stringify(value)}`);
  return value;
}

/** What a `#/…` reference points at, following references to references; undefined when there is nothing. */
export function resolve(document: JsonObject, value: Json | undefined): Json | undefined {
  if (!isObject(value) || typeof value['$ref'] !== 'string') return value;
  if (!value['$ref'].startsWith('#/')) return undefined;
  const steps = value['$ref'].slice(2).split('/');
  const unescaped = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const found = unescaped.reduce<Json | undefined>((at, step) => (isObject(at) ? at[step] : undefined), document);
  return resolve(document, found);
}

/** Every object of a document with its path, parents first. */
export function* objectsOf(value: Json, path = '#'): Generator<{ path: string; node: JsonObject }> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* objectsOf(item, `${path}/${index}`);
  } else if (isObject(value)) {
    yield { path, node: value };
    for (const [key, item] of Object.entries(value)) yield* objectsOf(item, `${path}/${key}`);
  }
}

/** Answers what is wrong with a value under a schema of the document, or an empty list. */
export function validatorOf(document: JsonObject): (schema: JsonObject, value: Json) => string[] {
  const ajv = new Ajv2020({ strictSchema: true, allowUnionTypes: true, allErrors: true });
  formats.default(ajv);
  // Strict mode knows `$defs` and not `components`, so the schemas and the references to them move there.
  const moved = (schema: JsonObject, base: string) =>
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', `"${base}#/$defs/`)) as JsonObject;
  ajv.addSchema({ $defs: moved(object(object(document['components'])['schemas']), '') }, 'document');
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>();
  return (schema, value) => {
    const text = JSON.stringify(schema);
    const check = compiled.get(text) ?? ajv.compile(moved(schema, 'document'));
    compiled.set(text, check);
    if (check(value)) return [];
    return (check.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`.trim());
  };
}
