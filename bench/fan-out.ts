/**
 * One message to twenty sockets. The gateway is driven by durable sends of one sender: each becomes one status frame to
 * every listening socket, so a delivery carries a twentieth of a whole send, dispatch and receipt. The floor is driven by
 * the same sender and only passes frames on. Beside the whole cost per delivery stands the marginal one: CPU per message
 * with twenty listeners less that with one, over nineteen.
 */
import type { Load } from './children.ts';
import { fanOutJob } from './jobs.ts';
import { measure, type Result, type Times } from './measure.ts';
import { median, number, perSecond, progress, ratio, say, table } from './report.ts';
import type { Subject } from './subject.ts';

export interface FanOutPlan extends Times {
  readonly rounds: number;
}

const listeners = 20;

interface Cost {
  readonly subject: string;
  readonly wide: readonly Result[];
  readonly narrow: readonly Result[];
}

export async function measureFanOut(
  load: Load,
  subjects: readonly Subject[],
  plan: FanOutPlan,
): Promise<readonly Cost[]> {
  const costs = subjects.map(({ name }) => ({ subject: name, wide: [] as Result[], narrow: [] as Result[] }));
  for (const subject of subjects) await measure(load, subject, fanOutJob(subject, listeners), plan);
  for (let round = 1; round <= plan.rounds; round += 1) {
    progress(`fan-out to ${listeners} sockets, round ${round} of ${plan.rounds}`);
    for (const [index, subject] of subjects.entries()) {
      costs[index]?.narrow.push(await measure(load, subject, fanOutJob(subject, 1), plan));
      costs[index]?.wide.push(await measure(load, subject, fanOutJob(subject, listeners), plan));
    }
  }
  return costs;
}

const deliveries = (cost: Cost): number => median(cost.wide.map(({ pushedPerS }) => pushedPerS));
const perMessage = (results: readonly Result[], of: number): number =>
  median(results.map(({ cpuUsPerPush }) => cpuUsPerPush * of));
const marginal = (cost: Cost): number =>
  (perMessage(cost.wide, listeners) - perMessage(cost.narrow, 1)) / (listeners - 1);

export function sayFanOut(costs: readonly Cost[]): void {
  say(`Fan-out: one sender (events=none), ${listeners} listening sockets, one status frame per message to each.`);
  say('The gateway stores, dispatches and settles each message besides; the floors only pass it on.');
  say('"by turn" writes all frames of a turn of the loop to a socket at once; the ratio is to the plain floor.');
  say();
  const floor = costs[0];
  table(
    ['subject', 'deliveries/s', '÷ bare', 'CPU µs/delivery', 'marginal µs', 'client cores', 'others'],
    costs.map((cost) => [
      cost.subject,
      perSecond(deliveries(cost)),
      ratio(floor === undefined ? NaN : deliveries(cost) / deliveries(floor)),
      number(perMessage(cost.wide, 1), 2),
      number(marginal(cost), 2),
      number(median(cost.wide.map(({ clientCores }) => clientCores)), 2),
      number(median(cost.wide.map(({ otherCores }) => otherCores)), 2),
    ]),
  );
  for (const cost of costs) {
    const faults = [...cost.wide, ...cost.narrow].flatMap(({ faults: each }) => (each === null ? [] : [each]));
    if (faults.length > 0) say(`! ${cost.subject}: ${faults.join(' | ')}`);
  }
}

export function fanOutRatio(costs: readonly Cost[]): number {
  const floor = costs.find(({ subject }) => subject === 'fan-out');
  const gateway = costs.find(({ subject }) => subject === 'gateway');
  return floor === undefined || gateway === undefined ? NaN : deliveries(gateway) / deliveries(floor);
}
