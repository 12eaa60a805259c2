/**
 * Carry one claimed run to its driver and bring back receipts. Never throws: what a driver throws, and what it never
 * answers, is `uncertain`. A command that may have been sent before is asked about first where the provider cannot
 * dedupe it.
 */
import type { ClaimedCommand, ClaimedRun } from '#core/command.ts';
import type { Driver, OutboundChunk, Receipt, Target } from '#ports/driver.ts';
import type { Deadlines } from './deadline.ts';
import { chunksLeft, mayRepeat, type Circumstances } from './verdict.ts';

export type Carried =
  | { readonly kind: 'receipts'; readonly receipts: readonly Receipt[] }
  /** The first command's fate cannot be had from anybody: it must not go out again. The rest was not attempted. */
  | { readonly kind: 'unknown'; readonly error: string };

type Claimed<Kind extends ClaimedCommand['kind']> = Extract<ClaimedCommand, { kind: Kind }>;

export async function carry(
  driver: Driver,
  run: ClaimedRun,
  at: Circumstances,
  deadlines: Deadlines,
): Promise<Carried> {
  const [first] = run.commands;
  if (!first) return receipts([]);
  const target = targetOf(run, at);
  const together = togetherWith(first, run.commands, at);
  const late = (): Carried => uncertain('the provider did not answer in time', together);
  try {
    return await deadlines.run(async (signal): Promise<Carried> => {
      if (first.kind === 'side') return receipts([await side(driver, target, first, signal)]);
      const known = mustAsk(first, at) ? await ask(driver, target, first, signal) : undefined;
      if (known) return known;
      return receipts(await driver.send(target, together.flatMap(chunksOf), signal));
    }, late);
  } catch (error) {
    return uncertain(error instanceof Error ? error.message : 'the driver failed', together);
  }
}

/** Whether a run is nothing but sends over one channel, none of which has to be asked about first. */
export function isPlain({ commands }: ClaimedRun, at: Circumstances): boolean {
  return commands.every(
    (command) => command.kind === 'send' && command.channel === at.channel && !mustAsk(command, at),
  );
}

/** Plain runs in one call, for a driver that takes them so: one answer each, in order. */
export async function carryTogether(
  driver: Driver,
  runs: readonly { readonly run: ClaimedRun; readonly at: Circumstances }[],
  deadlines: Deadlines,
): Promise<readonly Carried[]> {
  const allUncertain = (why: string) => runs.map(({ run }) => uncertain(why, run.commands));
  const handed = runs.map(({ run, at }) => ({ target: targetOf(run, at), chunks: run.commands.flatMap(chunksOf) }));
  try {
    const call = async (signal: AbortSignal) => ((await driver.sendRuns?.(handed, signal)) ?? []).map(receipts);
    const answers = await deadlines.run(call, () => allUncertain('the provider did not answer in time'));
    return answers.length === runs.length ? answers : allUncertain('the driver answered for other runs');
  } catch (error) {
    return allUncertain(error instanceof Error ? error.message : 'the driver failed');
  }
}

const receipts = (list: readonly Receipt[]): Carried => ({ kind: 'receipts', receipts: list });

/** Once a run left our hands without an answer, every chunk of it may have arrived. */
function uncertain(message: string, commands: readonly ClaimedCommand[]): Carried {
  const count = commands.reduce((sum, command) => sum + chunksLeft(command), 0);
  return receipts(Array.from({ length: count }, () => ({ outcome: 'uncertain', message })));
}

function targetOf({ conversation }: ClaimedRun, { channel }: Circumstances): Target {
  const { line, remoteChat, isGroup, participants, thread } = conversation;
  return { line, channel, remoteChat, isGroup, participants, thread };
}

/** An earlier try may have arrived, and trying again could be a second message. */
const mustAsk = (command: ClaimedCommand, at: Circumstances): boolean => command.maybeSent && !mayRepeat(command, at);

/** The commands at the head that one call can carry; those left out count as not attempted. */
function togetherWith(
  first: ClaimedCommand,
  commands: readonly ClaimedCommand[],
  at: Circumstances,
): readonly ClaimedCommand[] {
  if (first.kind === 'side') return [first];
  const fits = (command: ClaimedCommand): boolean =>
    command.kind === 'send' && command.channel === first.channel && !mustAsk(command, at);
  const end = commands.findIndex((command, index) => index > 0 && !fits(command));
  return end === -1 ? commands : commands.slice(0, end);
}

function chunksOf(command: ClaimedCommand): OutboundChunk[] {
  if (command.kind !== 'send') return [];
  return command.chunks.slice(command.nextChunk).map((body, index) => {
    const number = command.nextChunk + index;
    const key = number === 0 ? command.id : `${command.id}/${number}`;
    return { key, messageId: command.id, body, attempt: command.attempt };
  });
}

/** What became of the earlier try; undefined when it surely never arrived, so that it may go out now. */
async function ask(
  driver: Driver,
  target: Target,
  command: Claimed<'send'>,
  signal: AbortSignal,
): Promise<Carried | undefined> {
  const [chunk] = chunksOf(command);
  if (!driver.reconcile || !chunk) {
    return { kind: 'unknown', error: 'An earlier try may have arrived, and the provider cannot be asked' };
  }
  const receipt = await driver.reconcile(target, chunk, signal);
  if (receipt.outcome === 'deferred') return undefined;
  return receipt.outcome === 'uncertain' ? { kind: 'unknown', error: receipt.message } : receipts([receipt]);
}

async function side(driver: Driver, target: Target, claimed: Claimed<'side'>, signal: AbortSignal): Promise<Receipt> {
  const { command, id: key } = claimed;
  switch (command.kind) {
    case 'react': {
      const { remoteId, reactionType, remove } = command;
      return driver.react ? driver.react({ key, target, remoteId, reactionType, remove }, signal) : cannot('react');
    }
    case 'markRead':
      return driver.markRead
        ? driver.markRead({ key, target, remoteId: command.remoteId }, signal)
        : cannot('mark read');
    case 'addMembers':
      return driver.addMembers
        ? driver.addMembers({ key, target, members: command.members }, signal)
        : cannot('add to groups');
    case 'removeMembers':
      return driver.removeMembers
        ? driver.removeMembers({ key, target, members: command.members }, signal)
        : cannot('remove from groups');
    case 'renameGroup':
      return driver.renameGroup
        ? driver.renameGroup({ key, target, title: command.title }, signal)
        : cannot('rename groups');
    default:
      return command satisfies never;
  }
}

const cannot = (what: string): Receipt => ({
  outcome: 'refused',
  code: 'unsupported',
  message: `This channel cannot ${what}`,
});
