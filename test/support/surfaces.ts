/**
 * What a gateway says of one connection, read from its own surfaces as an operator's tools read them.
 */
import type { TestGateway } from './gateway.ts';

export interface Said {
  /** `status` of /health. */
  readonly health: string;
  /** The connection's entry in /readyz; undefined when it is well. */
  readonly down: { readonly state: string; readonly mend: string } | undefined;
  /** Its lines in /metrics, by the name behind `clawgate_connection_`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Its account in OpenClaw's channels.status, under the first channel that has it. */
  readonly openClaw: SaidByOpenClaw | undefined;
  /** Its entry in ClawBook's status, and what that says of the whole. */
  readonly clawBook: SaidByClawBook | undefined;
}

interface SaidByOpenClaw {
  readonly accountId: string;
  readonly configured: boolean;
  readonly running: boolean;
  readonly connected: boolean;
  readonly healthState: string;
  readonly lastError: string | null;
  readonly mend: string | null;
  readonly lastInboundAt: number | null;
  readonly lastOutboundAt: number | null;
  readonly queueLength: number;
  readonly oldestQueuedMs: number | null;
}

interface SaidByClawBook {
  readonly connection: string;
  readonly state: string;
  readonly error: string | null;
  readonly mend: string | null;
  readonly queue_length: number;
  readonly oldest_queued_ms: number | null;
  /** Of the whole gateway: healthy or degraded. */
  readonly overall: string;
}

export async function saidOf(gateway: TestGateway, connection: string): Promise<Said> {
  const [health, ready, page, claw, book] = await Promise.all([
    gateway.call('GET', '/health', undefined, null),
    gateway.call('GET', '/readyz', undefined, null),
    gateway.call('GET', '/metrics'),
    gateway.call('POST', '/api/send', { id: 1, method: 'channels.status', params: {} }),
    gateway.call('GET', '/api/v1/status'),
  ]);
  const down = (ready.body['down'] ?? []) as readonly { connection: string; state: string; mend: string }[];
  const pattern = new RegExp(`^clawgate_connection_(\\w+)\\{connection="${connection}"\\} (\\S+)$`, 'gm');
  const lines = String(page.body['text']).matchAll(pattern);
  const { channelAccounts } = claw.body['payload'] as {
    channelAccounts: Readonly<Record<string, readonly SaidByOpenClaw[]>>;
  };
  const entries = book.body['connections'] as readonly SaidByClawBook[];
  const entry = entries.find((each) => each.connection === connection);
  return {
    openClaw: Object.values(channelAccounts)
      .flat()
      .find(({ accountId }) => accountId === connection),
    clawBook: entry && { ...entry, overall: String(book.body['status']) },
    health: String(health.body['status']),
    down: down.find((entry) => entry.connection === connection),
    metrics: Object.fromEntries([...lines].map(([, name = '', value]) => [name, Number(value)])),
  };
}
