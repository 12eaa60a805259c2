/**
 * The surfaces that drivers bring along, mounted: callbacks of every connection, and the operator's surface of a driver
 * that has one, under the driver's name. A connection that is down answers 503, and comes back by itself.
 */
import type { Connections } from '#ports/connections.ts';
import type { Mount } from './app.ts';
import type { Door } from './authenticate.ts';
import type { RenderFailure } from './failures.ts';
import { mountControl, mountHooks } from './mount-control.ts';

export function driverMounts(deps: {
  readonly connections: Pick<Connections, 'all'>;
  /** Drivers with an operator surface that carry a channel here. */
  readonly controlled: readonly string[];
  readonly door: Door;
  readonly failures: RenderFailure;
}): readonly Mount[] {
  const { connections, controlled, door, failures } = deps;
  const hook = (name: string) => {
    const driver = connections.all().find(({ id }) => id === name)?.driver;
    return driver?.webhook && ((request: Request) => driver.webhook?.(request) ?? notRunning());
  };
  const control = (name: string) => (request: Request) =>
    connections
      .all()
      .find(({ driverName }) => driverName === name)
      ?.driver?.control?.(request) ?? notRunning();
  return [
    mountHooks({ hook, failures }),
    ...controlled.map((name) => mountControl({ path: `/${name}`, serve: control(name), door, failures })),
  ];
}

function notRunning(): Promise<Response> {
  const body = { ok: false, error: 'The connection is not running', detail: 'See GET /readyz' };
  return Promise.resolve(Response.json(body, { status: 503 }));
}
