/**
 * The store a gateway was configured with: the embedded database, unless a PostgreSQL one is named. Only the engine that
 * is used is loaded.
 */
import type { Bus } from '#ports/bus.ts';
import type { Clock, Log } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';

export interface StoreSettings {
  /** `postgres://…`, or null for the embedded database. */
  readonly databaseUrl: string | null;
  /** Where the embedded database is. */
  readonly file: string;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly log: Log;
  /** Called with the file, whole and closed, before an embedded database is migrated. */
  readonly beforeMigrate: (file: string) => Promise<void>;
}

/** Throws StoreFault, with a sentence for a person, when the database must not or cannot be used. */
export async function openStore({ databaseUrl, file, beforeMigrate, ...common }: StoreSettings): Promise<Store> {
  if (databaseUrl !== null) {
    const { openPostgresStore } = await import('./postgres/open.ts');
    return openPostgresStore({ url: databaseUrl, ...common });
  }
  const { openSqliteStore } = await import('./sqlite/open.ts');
  return openSqliteStore({ file, beforeMigrate, ...common });
}
