/**
 * A small typed client over fetch, for any `paths` that openapi-typescript generates: an operation, its parameters, its
 * body and its answers are all the document's. It knows no facade.
 */
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** The paths that take a method. */
type PathsOf<Paths, M extends Method> = {
  [P in keyof Paths]: Paths[P] extends Record<M, { responses: object }> ? P : never;
}[keyof Paths] &
  string;

type OperationOf<Paths, P extends keyof Paths, M extends Method> =
  Paths[P] extends Record<M, infer Operation> ? Operation : never;

type JsonOf<Response> = Response extends { content: { 'application/json': infer Body } } ? Body : never;
type Responses<Operation> = Operation extends { responses: infer All } ? All : never;

/** What an operation answers, told apart by its status. */
export type AnswerOf<Operation> = {
  [Status in keyof Responses<Operation>]: {
    readonly status: Status;
    readonly body: JsonOf<Responses<Operation>[Status]>;
    readonly headers: Headers;
  };
}[keyof Responses<Operation>];

type ParametersOf<Operation> = Operation extends { parameters: infer Parameters } ? Parameters : object;
type In<Operation, Place extends string> =
  ParametersOf<Operation> extends { [K in Place]: infer Values }
    ? { readonly [K in Place]: Values }
    : ParametersOf<Operation> extends { [K in Place]?: infer Values }
      ? { readonly [K in Place]?: Values }
      : object;
type BodyOf<Operation> = Operation extends { requestBody: { content: { 'application/json': infer Body } } }
  ? { readonly body: Body }
  : Operation extends { requestBody?: { content: { 'application/json': infer Body } } }
    ? { readonly body?: Body }
    : object;

export type Options<Operation> = In<Operation, 'path'> &
  In<Operation, 'query'> &
  In<Operation, 'header'> &
  BodyOf<Operation>;

export interface TypedClient<Paths> {
  ask<M extends Method, P extends PathsOf<Paths, M>>(
    method: M,
    path: P,
    options: Options<OperationOf<Paths, P, M>>,
  ): Promise<AnswerOf<OperationOf<Paths, P, M>>>;
}

interface LooseOptions {
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export function typedClient<Paths>(baseUrl: string, key: string): TypedClient<Paths> {
  return {
    async ask(method, path, options) {
      const { path: steps = {}, query = {}, header = {}, body } = options as LooseOptions;
      const url = new URL(
        baseUrl + path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(text(steps[name]))),
      );
      for (const [name, value] of Object.entries(query))
        if (value !== undefined) url.searchParams.set(name, text(value));
      const response = await fetch(url, {
        method: method.toUpperCase(),
        headers: {
          Authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...header,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = { status: response.status, body: (await response.json()) as unknown, headers: response.headers };
      return answer as AnswerOf<OperationOf<Paths, typeof path, typeof method>>;
    },
  };
}

/** Lists are joined by commas, as the documents declare them. */
const text = (value: unknown): string => (Array.isArray(value) ? value.map(String).join(',') : String(value));
