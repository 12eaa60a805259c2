/**
 * Turns the contracts beside it into what the gateway compiles against and serves: per document one JSON bundle and one
 * file of types in src/wire. `node openapi/generate.ts` writes them; with `--check` it writes nothing, names every file
 * that differs and exits 1. The output depends on the contracts alone, so that a difference is always a forgotten run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';
import type { OpenAPI3 } from 'openapi-typescript';
import { parse } from 'yaml';

type Json = string | number | boolean | null | Json[] | JsonObject;
interface JsonObject {
  [key: string]: Json;
}

/** Each contract, the bundle that is served for it, and its types. Paths are relative to the checkout. */
export const contracts = [
  {
    source: 'openapi/claw-messenger.openapi.yaml',
    bundle: 'src/wire/claw-messenger.openapi.json',
    types: 'src/wire/claw-messenger.ts',
    holds: 'The requests and responses of the Claw Messenger facade and of the gateway’s own documents and health',
  },
  {
    source: 'openapi/claw-messenger.asyncapi.yaml',
    bundle: 'src/wire/claw-messenger.asyncapi.json',
    types: 'src/wire/claw-messenger-frames.ts',
    holds: 'The frames of the Claw Messenger socket',
  },
  {
    source: 'openapi/clawbook.openapi.yaml',
    bundle: 'src/wire/clawbook.openapi.json',
    types: 'src/wire/clawbook.ts',
    holds: 'The requests and responses of the ClawBook facade',
  },
  {
    source: 'openapi/clawxmtp.openapi.yaml',
    bundle: 'src/wire/clawxmtp.openapi.json',
    types: 'src/wire/clawxmtp.ts',
    holds: 'The requests and responses of the ClawXmtp facade',
  },
  {
    source: 'openapi/openclaw.openrpc.json',
    bundle: 'src/wire/openclaw.openrpc.json',
    types: 'src/wire/openclaw.ts',
    holds: 'The payloads and events of the OpenClaw facade',
  },
  {
    source: 'openapi/simulator.openapi.yaml',
    bundle: 'src/wire/simulator.openapi.json',
    types: 'src/wire/simulator.ts',
    holds: 'The requests and responses of the phone network’s control surface',
  },
] as const;

const root = new URL('../', import.meta.url);

/** Every generated file by its path in the checkout. Reads the contracts, writes nothing. */
export async function generate(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const contract of contracts) {
    const document = bundle(contract.source);
    files.set(contract.bundle, `${JSON.stringify(document, null, 2)}\n`);
    files.set(contract.types, await typesOf(document, contract));
  }
  return files;
}

/** The generated files that are missing or differ from what the contracts say now. */
export async function staleFiles(): Promise<string[]> {
  const files = await generate();
  return [...files].filter(([path, text]) => readOrNothing(path) !== text).map(([path]) => path);
}

/** One contract with all it refers to in other files copied into its own components. Throws when two things share a name. */
export function bundle(source: string): JsonObject {
  const { 'x-anchors': _anchors, ...document } = readYaml(source);
  const copied = new Set<string>();

  const copy = (file: string, pointer: string): void => {
    if (copied.has(pointer)) return;
    copied.add(pointer);
    const found = at(readYaml(`openapi/${file}`), pointer);
    if (found === undefined) throw new Error(`${source}: ${file}${pointer} does not exist`);
    const own = at(document, pointer);
    if (own !== undefined && !isRefTo(own, `${file}${pointer}`))
      throw new Error(`${source}: ${pointer} is also in ${file}`);
    put(document, pointer, relocate(found, file));
  };
  const relocate = (value: Json, home: string | null): Json => {
    if (Array.isArray(value)) return value.map((item) => relocate(item, home));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        if (key !== '$ref' || typeof item !== 'string') return [key, relocate(item, home)];
        const [file = '', pointer = ''] = item.split('#');
        const target = file === '' ? home : file;
        if (target !== null) copy(target, `#${pointer}`);
        return [key, `#${pointer}`];
      }),
    );
  };

  const own = relocate(document, null);
  if (!isObject(own)) throw new Error(`${source} is not a mapping`);
  for (const pointer of copied) put(own, pointer, at(document, pointer) ?? null);
  return own;
}

async function typesOf(document: JsonObject, contract: (typeof contracts)[number]): Promise<string> {
  const components = document['components'];
  const schemas = isObject(components) ? components['schemas'] : undefined;
  if (!isObject(components) || !isObject(schemas)) throw new Error(`${contract.source} has no schemas`);
  const isOpenApi = 'openapi' in document;
  const shell = isOpenApi
    ? document
    : { openapi: '3.1.0', info: { title: contract.source, version: '0' }, paths: {}, components: { schemas } };
  // The library's own document type is narrower than JSON; the contract test has checked the real thing.
  const typed = withoutChoices(shell) as unknown as OpenAPI3;
  const body = astToString(await openapiTS(typed, { immutable: true, defaultNonNullable: false }));
  const names = Object.keys(schemas).sort();
  return [
    `/**\n * ${contract.holds}, generated from ${contract.source}.\n * Change the contract and run \`node openapi/generate.ts\`; never this file.\n */`,
    body.trim(),
    ...names.map((name) => `export type ${name} = components['schemas']['${name}'];`),
    '',
  ].join('\n');
}

/** The document without `anyOf` and `oneOf` over field presence alone: as types they would turn the object into `unknown`. */
function withoutChoices(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutChoices);
  if (!isObject(value)) return value;
  const isPresence = (item: Json) => isObject(item) && Object.keys(item).join() === 'required';
  const kept = Object.entries(value).filter(
    ([key, item]) => !((key === 'oneOf' || key === 'anyOf') && Array.isArray(item) && item.every(isPresence)),
  );
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutChoices(item)]));
}

function readYaml(path: string): JsonObject {
  const parsed: unknown = parse(readFileSync(new URL(path, root), 'utf8'), { merge: true, maxAliasCount: -1 });
  // A round trip undoes YAML's shared nodes, so that one place can be changed without the others.
  const plain = JSON.parse(JSON.stringify(parsed)) as Json;
  if (!isObject(plain)) throw new Error(`${path} is not a mapping`);
  return plain;
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(new URL(path, root), 'utf8');
  } catch {
    return undefined;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRefTo(value: Json, ref: string): boolean {
  return isObject(value) && value['$ref'] === ref && Object.keys(value).length === 1;
}

const stepsOf = (pointer: string): string[] => pointer.slice(2).split('/');

function at(document: JsonObject, pointer: string): Json | undefined {
  return stepsOf(pointer).reduce<Json | undefined>(
    (value, step) => (isObject(value) ? value[step] : undefined),
    document,
  );
}

function put(document: JsonObject, pointer: string, value: Json): void {
  const steps = stepsOf(pointer);
  const last = steps.pop();
  let place = document;
  for (const step of steps) {
    const next = place[step];
    place = isObject(next) ? next : (place[step] = {});
  }
  if (last !== undefined) place[last] = value;
}

if (import.meta.main) {
  if (process.argv.includes('--check')) {
    const stale = await staleFiles();
    for (const path of stale) console.error(`${path} is stale: run node openapi/generate.ts`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    for (const [path, text] of await generate()) writeFileSync(new URL(path, root), text);
  }
}
