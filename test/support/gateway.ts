/**
 * A whole gateway for a test: the real thing in this process, on a free port, with a data folder of its own that goes
 * with it. Restart it on the same folder to see what survived. XMTP is in it where a test asks for `xmtpChannels`. A run with TEST_DATABASE=postgres keeps its messages in a
 * PostgreSQL database of its own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#config/config.ts';
import { startGateway, type Gateway, type GatewayOptions } from '#gateway.ts';
import { databaseOf, dropDatabaseOf, onPostgres } from './postgres-databases.ts';

export const ownerKey = 'owner-key-for-tests-0123456789';

/** The channels of a gateway as it starts by default; tests of anything but XMTP do without that one. */
export const xmtpChannels = { CLAWGATE_CHANNELS: 'imessage=simulator,rcs=simulator,sms=simulator,xmtp=xmtp' } as const;

export interface TestGateway {
  readonly gateway: Gateway;
  readonly url: string;
  readonly wsUrl: string;
  readonly key: string;
  readonly dataDir: string;
  /** Every answer that broke its contract; a test that talks HTTP expects it empty. */
  readonly brokenAnswers: readonly string[];
  /** A JSON request with the owner's key (or another, or none with null). */
  call(
    method: string,
    path: string,
    body?: unknown,
    key?: string | null,
  ): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }>;
  /** Stop, keeping the data; `reopen` starts again on it. */
  stop(): Promise<void>;
  reopen(): Promise<TestGateway>;
  /** Stop and remove the data. */
  end(): Promise<void>;
}

export interface TestGatewayOptions extends Partial<Omit<GatewayOptions, 'config'>> {
  readonly env?: Readonly<Record<string, string>>;
  readonly dataDir?: string;
}

export async function openGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const { env = {}, dataDir = await mkdtemp(join(tmpdir(), 'clawgate-test-')), ...rest } = options;
  const settings = {
    CLAWGATE_DATA: dataDir,
    CLAWGATE_PORT: '0',
    CLAWGATE_XMTP_LISTEN: '127.0.0.1:0',
    CLAWGATE_LOG_LEVEL: 'silent',
    CLAWGATE_OWNER_KEY: ownerKey,
    ...(onPostgres && { CLAWGATE_DATABASE_URL: await databaseOf(dataDir) }),
  };
  const brokenAnswers: string[] = [];
  const config = loadConfig({ ...settings, ...env }, dataDir);
  const gateway = await startGateway({
    config,
    onBrokenAnswer: (problem) => void brokenAnswers.push(problem),
    ...rest,
  });
  return {
    gateway,
    url: gateway.url,
    wsUrl: gateway.url.replace(/^http/, 'ws'),
    key: env['CLAWGATE_OWNER_KEY'] ?? ownerKey,
    dataDir,
    brokenAnswers,
    async call(method, path, body, key = ownerKey) {
      const response = await fetch(gateway.url + path, {
        method,
        headers: {
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      return {
        status: response.status,
        body: isJson ? (JSON.parse(text) as Record<string, unknown>) : { text },
        headers: response.headers,
      };
    },
    stop: () => gateway.stop(),
    reopen: async () => {
      await gateway.stop();
      return openGateway({ ...options, dataDir });
    },
    end: async () => {
      await gateway.stop();
      if (onPostgres) await dropDatabaseOf(dataDir);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
