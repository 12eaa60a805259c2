/**
 * The drivers there are: name to lazy import, the only list. A driver nobody configured is never loaded.
 */
import type { CreateDriver } from '#ports/driver.ts';

export const drivers = {
  simulator: () => import('./simulator/driver.ts'),
  xmtp: () => import('./xmtp/driver.ts'),
} as const satisfies Record<string, () => Promise<{ createDriver: CreateDriver }>>;

export type DriverName = keyof typeof drivers;

export const isDriverName = (text: string): text is DriverName => Object.hasOwn(drivers, text);
