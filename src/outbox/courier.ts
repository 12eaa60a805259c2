/**
 * From claimed runs to the verdicts on their commands: the calls to the driver, and what its answers mean under the
 * circumstances.
 */
import type { ClaimedRun } from '#core/command.ts';
import type { Connection } from '#ports/connections.ts';
import type { Driver } from '#ports/driver.ts';
import type { Runtime } from '#ports/runtime.ts';
import { carry, carryTogether, isPlain, type Carried } from './carry.ts';
import { createDeadlines, type Deadlines } from './deadline.ts';
import { unknown, verdicts, type Circumstances, type Verdict } from './verdict.ts';

const defaultTimeoutMs = 30_000;

export interface Courier {
  /**
   * Runs of different conversations over one connection, together where the driver takes them so. `arrived` is called
   * once for each run, by its place in the list, within the provider's time limit. Never throws.
   */
  carry(
    runs: readonly ClaimedRun[],
    connection: Connection | undefined,
    arrived: (index: number, list: readonly Verdict[]) => void,
  ): void;
  stop(): void;
}

interface Parcel {
  readonly index: number;
  readonly run: ClaimedRun;
  readonly at: Circumstances;
}

export function createCourier(deps: { readonly runtime: Runtime; readonly providerTimeoutMs?: number }): Courier {
  const { runtime } = deps;
  const deadlines = createDeadlines(runtime.clock, deps.providerTimeoutMs ?? defaultTimeoutMs);

  return {
    carry(runs, connection, arrived) {
      const driver = connection?.driver;
      const parcels = runs.map((run, index) => ({ index, run, at: circumstances(runtime, run, connection) }));
      const deliver = ({ index, run, at }: Parcel, carried: Carried): void => {
        // Time has passed and the connection may have gone; that matters only to what was not accepted.
        const after = isAccepted(carried) ? at : circumstances(runtime, run, connection);
        arrived(index, verdictsOn(run, carried, after));
      };
      if (driver) send(driver, parcels, deadlines, deliver);
      else for (const parcel of parcels) deliver(parcel, notConnected);
    },
    stop: () => deadlines.stop(),
  };
}

const notConnected: Carried = {
  kind: 'receipts',
  receipts: [{ outcome: 'deferred', message: 'the connection is down' }],
};

function send(
  driver: Driver,
  parcels: readonly Parcel[],
  deadlines: Deadlines,
  deliver: (parcel: Parcel, carried: Carried) => void,
): void {
  const [shared, alone]: [Parcel[], Parcel[]] = [[], []];
  const isShared = driver.sendRuns !== undefined && parcels.length > 1;
  for (const parcel of parcels) (isShared && isPlain(parcel.run, parcel.at) ? shared : alone).push(parcel);
  for (const parcel of alone) {
    void carry(driver, parcel.run, parcel.at, deadlines).then((carried) => deliver(parcel, carried));
  }
  if (shared.length === 0) return;
  void carryTogether(driver, shared, deadlines).then((list) =>
    shared.forEach((parcel, place) => deliver(parcel, list[place] ?? notConnected)),
  );
}

function circumstances(runtime: Runtime, run: ClaimedRun, connection: Connection | undefined): Circumstances {
  const [first] = run.commands;
  const channel = first?.kind === 'send' ? first.channel : run.conversation.channel;
  return {
    can: connection?.driver?.capabilities(channel) ?? { idempotency: 'none' },
    channel,
    canAsk: connection?.driver?.reconcile !== undefined,
    nowMs: runtime.clock.nowMs(),
    down: connection?.health.state !== 'connected',
    chance: runtime.chance(),
  };
}

function isAccepted(carried: Carried): boolean {
  return carried.kind === 'receipts' && carried.receipts.every(({ outcome }) => outcome === 'accepted');
}

function verdictsOn(run: ClaimedRun, carried: Carried, at: Circumstances): readonly Verdict[] {
  if (carried.kind === 'receipts') return verdicts(run.commands, carried.receipts, at);
  const [first, ...rest] = run.commands;
  const lost: Verdict[] = first ? [{ command: first, settlements: [unknown(first, carried.error, at)] }] : [];
  return [...lost, ...verdicts(rest, [], at)];
}
