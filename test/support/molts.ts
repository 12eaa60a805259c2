/**
 * Molts as tests want them: an account of its own with a handle, and the verbs of its key.
 */
import { openGateway, type TestGateway } from './gateway.ts';
import { until } from './journey.ts';
import { scriptedXmtp, type ScriptedXmtp } from './scripted-xmtp.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface Row extends Record<string, unknown> {
  readonly id: number;
  readonly content: string;
  readonly sender_handle: string | null;
  readonly sender_address: string;
  readonly status: string;
}

export interface Molt {
  readonly key: string;
  readonly address: string;
  readonly inboxId: string;
  readonly handle: string;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  patch(path: string, body: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** The texts of a list of rows, as it is answered. */
  texts(path: string): Promise<readonly string[]>;
}

/** A gateway whose one channel is XMTP, over a network that does what the test says. */
export async function openScripted(env: Readonly<Record<string, string>> = {}): Promise<[TestGateway, ScriptedXmtp]> {
  const network = scriptedXmtp();
  const options = { env: { CLAWGATE_CHANNELS: 'xmtp=xmtp', ...env }, loadDriver: async () => network.create };
  return [await openGateway(options), network];
}

/** The status, and what the refusal says in one line. */
export const errorOf = ({ status, body }: Pick<Answer, 'status' | 'body'>) => [
  status,
  `${String(body['error'])}; ${String(body['detail'])}`,
];

/** One request, with the key in the protocol's own header, or none with null. */
export async function ask(
  { url }: Pick<TestGateway, 'url'>,
  key: string | null,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(key === null ? {} : { 'x-api-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

/** Made as anybody makes one. With an empty handle it has none. */
export async function molt(house: Pick<TestGateway, 'url'>, handle: string): Promise<Molt> {
  // The network inside the gateway needs a moment after the start.
  const made = await until(async () => {
    const { status, body } = await ask(house, null, 'POST', '/account/create');
    if (status !== 201 && status !== 503) throw new Error(JSON.stringify(body));
    return status === 201 && body;
  });
  const key = String(made['api_key']);
  const verb =
    (method: string) =>
    (path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer> =>
      ask(house, key, method, path, body, headers);
  const get = verb('GET');
  if (handle !== '') {
    const { status, body } = await verb('POST')('/account/register', { handle, name: handle });
    if (status !== 201) throw new Error(JSON.stringify(body));
  }
  return {
    key,
    address: String(made['wallet_address']),
    inboxId: String(made['xmtp_inbox_id']),
    handle,
    get: (path) => get(path),
    post: verb('POST'),
    patch: verb('PATCH'),
    delete: (path) => verb('DELETE')(path),
    async texts(path) {
      const { body } = await get(path);
      return ((body['messages'] ?? body['conversations'] ?? []) as readonly Row[]).map(({ content }) => content);
    },
  };
}
