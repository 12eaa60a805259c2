/**
 * The gateway's own main with two things src knows nothing of: a failpoint that kills the process before or after the
 * n-th call of a verb of the store, the driver or the driver's host (CRASH_FAILPOINT=`store.claim:after:2`), and a wall
 * clock that runs faster (CRASH_CLOCK_RATE, from CRASH_CLOCK_ORIGIN_MS on), so that a minute's hold is seen to end.
 */
import { loadConfig } from '#config/config.ts';
import { drivers, isDriverName } from '#channels/index.ts';
import { startGateway } from '#gateway.ts';
import type { CreateDriver } from '#ports/driver.ts';
import { createSystemRuntime } from '#runtime/system.ts';

interface Failpoint {
  readonly room: string;
  readonly verb: string;
  readonly when: 'before' | 'after';
  readonly call: number;
}

function failpointOf(text: string): Failpoint | undefined {
  const match = /^(store|driver|host)\.(\w+):(before|after):(\d+)$/.exec(text);
  if (!match) return undefined;
  const [, room = '', verb = '', when, call] = match;
  return { room, verb, when: when === 'after' ? 'after' : 'before', call: Number(call) };
}

const failpoint = failpointOf(process.env['CRASH_FAILPOINT'] ?? '');
let calls = 0;

/** The signal is delivered before the call returns: nothing of ours runs after it. */
const die = (): void => void process.kill(process.pid, 'SIGKILL');

/** The same object, except that one of its verbs kills the process at its n-th call. */
function armed<Room extends object>(room: string, target: Room): Room {
  if (failpoint?.room !== room) return target;
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name);
      if (name !== failpoint.verb || typeof value !== 'function') return value;
      return async (...words: unknown[]): Promise<unknown> => {
        calls += 1;
        const mine = calls === failpoint.call;
        if (mine && failpoint.when === 'before') die();
        const answer: unknown = await Reflect.apply(value, object, words);
        if (mine && failpoint.when === 'after') die();
        return answer;
      };
    },
  });
}

async function loadDriver(name: string): Promise<CreateDriver | undefined> {
  if (!isDriverName(name)) return undefined;
  const { createDriver } = await drivers[name]();
  return (settings, host) => armed('driver', createDriver(settings, armed('host', host)));
}

const rate = Number(process.env['CRASH_CLOCK_RATE'] ?? '1');
const originMs = Number(process.env['CRASH_CLOCK_ORIGIN_MS'] ?? '0');
const runtime = createSystemRuntime({
  wallMs: () => (rate === 1 ? Date.now() : Math.floor(originMs + (Date.now() - originMs) * rate)),
  steadyMs: () => performance.now(),
});

const gateway = await startGateway({
  config: loadConfig(process.env, process.cwd(), Object.keys(drivers)),
  runtime,
  loadDriver,
  wrapStore: (store) => armed('store', store),
});
process.once('SIGTERM', () => void gateway.stop().then(() => process.exit(0)));
