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
}

export async function saidOf(gateway: TestGateway, connection: string): Promise<Said> {
  const [health, ready, page] = await Promise.all([
    gateway.call('GET', '/health', undefined, null),
    gateway.call('GET', '/readyz', undefined, null),
    gateway.call('GET', '/metrics'),
  ]);
  const down = (ready.body['down'] ?? []) as readonly { connection: string; state: string; mend: string }[];
  const pattern = new RegExp(`^clawgate_connection_(\\w+)\\{connection="${connection}"\\} (\\S+)$`, 'gm');
  const lines = String(page.body['text']).matchAll(pattern);
  return {
    health: String(health.body['status']),
    down: down.find((entry) => entry.connection === connection),
    metrics: Object.fromEntries([...lines].map(([, name = '', value]) => [name, Number(value)])),
  };
}
