/**
 * One OpenAPI document out of several: every path, and components under their own names, unless two documents mean
 * different things by one name; then the later one's is renamed with its facade's name before it. Pure.
 */
export interface OpenApiSource {
  /** Short and URL-safe: `claw-messenger`. Stands before a name that would clash. */
  readonly slug: string;
  readonly document: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/** The first document's description and tags lead; a path that two documents have is the first one's. */
export function mergeOpenApi(sources: readonly OpenApiSource[], serverUrl: string): Json {
  const [first, ...others] = sources.map(({ slug, document }) => ({ slug, document: record(document) }));
  if (!first) throw new Error('There is no document to merge');
  const merged = {
    ...first.document,
    info: { ...record(first.document['info']), title: 'Clawgate', description: about },
    servers: [{ url: serverUrl, description: 'This gateway' }],
    paths: { ...record(first.document['paths']) },
    components: copyComponents(first.document),
    tags: [...list(first.document['tags'])],
  };
  for (const { slug, document } of others) add(merged, slug, document);
  return merged;
}

/** Above the paths of all facades together; each has its own words in its own document. */
const about = `Every path of this gateway, of all its protocols: one key opens them all. The WebSocket protocols are in
[/asyncapi.json](/asyncapi.json) (Claw Messenger, \`/ws\`) and [/openrpc.json](/openrpc.json) (OpenClaw, \`/\`).

Errors of \`/api/v1\` come in its envelope; all others are \`{"ok": false, "error": …, "detail": …}\`. Every answer carries
\`X-Request-Id\`. Bodies are at most 256 KiB and 32 levels deep; unknown fields in a body are ignored. \`x-scope\` names the
scope a key needs (\`*\` covers all), \`x-operator\` what only the owner's key may do, \`x-public\` what needs no key.`;

/** The document with the address it is really served at. */
export function withServer(document: unknown, serverUrl: string): Json {
  return { ...record(document), servers: [{ url: serverUrl, description: 'This gateway' }] };
}

interface Merged {
  paths: Record<string, unknown>;
  components: Record<string, Record<string, unknown>>;
  tags: unknown[];
}

function add(merged: Merged, slug: string, document: Json): void {
  const components = copyComponents(document);
  const renamed = new Map<string, string>();
  for (const [kind, named] of Object.entries(components)) {
    for (const [name, component] of Object.entries(named)) {
      const taken = merged.components[kind]?.[name];
      if (taken !== undefined && !same(taken, component)) {
        renamed.set(`#/components/${kind}/${name}`, `#/components/${kind}/${slug}_${name}`);
      }
    }
  }
  for (const [kind, named] of Object.entries(components)) {
    const into = (merged.components[kind] ??= {});
    for (const [name, component] of Object.entries(named)) {
      const pointer = `#/components/${kind}/${name}`;
      into[renamed.get(pointer)?.split('/').at(-1) ?? name] = redirect(component, renamed);
    }
  }
  const security = document['security'];
  for (const [path, operations] of Object.entries(record(document['paths']))) {
    merged.paths[path] ??= withSecurity(record(redirect(operations, renamed)), security);
  }
  const known = new Set(merged.tags.map((tag) => record(tag)['name']));
  merged.tags.push(...list(document['tags']).filter((tag) => !known.has(record(tag)['name'])));
}

/** What a document asks of all its operations has to be said at each of them once they stand among others'. */
function withSecurity(operations: Json, security: unknown): Json {
  if (security === undefined) return operations;
  return Object.fromEntries(
    Object.entries(operations).map(([method, operation]) => {
      const isOperation = /^(get|put|post|delete|patch|head|options|trace)$/.test(method);
      return [method, isOperation ? { security, ...record(operation) } : operation];
    }),
  );
}

function redirect(value: unknown, renamed: ReadonlyMap<string, string>): unknown {
  if (renamed.size === 0) return value;
  if (Array.isArray(value)) return value.map((item) => redirect(item, renamed));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      key === '$ref' && typeof item === 'string' ? [key, renamed.get(item) ?? item] : [key, redirect(item, renamed)],
    ),
  );
}

function copyComponents(document: Json): Record<string, Record<string, unknown>> {
  const kinds = Object.entries(record(document['components']));
  return Object.fromEntries(kinds.map(([kind, named]) => [kind, { ...record(named) }]));
}

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);
const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
