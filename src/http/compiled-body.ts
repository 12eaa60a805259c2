/**
 * One operation's body, held to the schema of its document by a function compiled for it alone: what the whole validator
 * does with each request (finding the operation, headers, coercion) is done once. For paths that must be fast.
 */
import { refusalOf } from './complaints.ts';

export interface CompiledBody {
  /** Throws what the whole validator would say; at once, but for the first time. */
  check(body: unknown): Promise<void> | void;
  /** Compiles now, so that the first request need not wait. Callable twice. */
  warm(): Promise<void>;
}

type Matches = ((value: unknown) => boolean) & { readonly errors?: readonly Broken[] | null };

interface Broken {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** `schema` is the name of a schema of the bundled document. */
export function createCompiledBody(load: () => Promise<unknown>, schema: string): CompiledBody {
  let matches: Matches | undefined;
  let compiling: Promise<Matches> | undefined;
  const compiled = async (): Promise<Matches> => (matches = await (compiling ??= compile(load, schema)));
  const judge = (accepts: Matches, body: unknown): void => {
    if (body === undefined || !accepts(body)) throw refusalOf(complaintOf(accepts.errors?.[0]), body);
  };
  return {
    check: (body) => (matches ? judge(matches, body) : compiled().then((accepts) => judge(accepts, body))),
    warm: async () => void (await compiled()),
  };
}

async function compile(load: () => Promise<unknown>, schema: string): Promise<Matches> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  // Its own keywords are the document's matter, which its tests hold to the letter.
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema((await load()) as object, 'document', undefined, false);
  return ajv.compile({ $ref: `document#/components/schemas/${schema}` });
}

/** In the words of the whole validator. */
function complaintOf(broken: Broken | undefined) {
  const { keyword = 'type', instancePath = '', message = '', params = {} } = broken ?? {};
  const missing = keyword === 'required' ? `/${String(params['missingProperty'])}` : '';
  const allowed = keyword === 'enum' ? `: ${(params['allowedValues'] as readonly unknown[]).join(', ')}` : '';
  return {
    path: `/body${instancePath}${missing}`,
    message: message + allowed,
    errorCode: `${keyword}.openapi.validation`,
  };
}
