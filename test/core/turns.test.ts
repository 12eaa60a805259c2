// Turns: whoever asked first enters the store first, however long its look at things takes.
import { expect, test } from 'vitest';
import { queueSideCommand, type SideDependencies } from '#actions/queue-side-command.ts';
import { createTurns, inTurn } from '#actions/turns.ts';
import { idText } from '#core/ids.ts';
import type { Conversation } from '#core/message.ts';
import type { Connection } from '#ports/connections.ts';

const [one, other] = [idText('account', 1), idText('account', 2)];

/** An action that looks things up until it is told to go on, then enters the store. */
function desk() {
  const turns = createTurns();
  const entered: string[] = [];
  const act = inTurn(
    turns,
    async ({ name, look }: { account: typeof one; name: string; look: Promise<unknown> }, turn) => {
      await look;
      await turn.come();
      entered.push(name);
      turn.end();
    },
  );
  return { entered, act };
}

test('a request that looked longer still goes first, and nobody of another account waits for it', async () => {
  const { entered, act } = desk();
  const slow = Promise.withResolvers<void>();
  const first = act({ account: one, name: 'first', look: slow.promise });
  const second = act({ account: one, name: 'second', look: Promise.resolve() });
  await act({ account: other, name: 'of another', look: Promise.resolve() });
  expect(entered).toEqual(['of another']);
  slow.resolve();
  await Promise.all([first, second]);
  expect(entered).toEqual(['of another', 'first', 'second']);
});

test('a request that fails while it looks lets the others go, also when it fails out of turn', async () => {
  const { entered, act } = desk();
  const slow = Promise.withResolvers<void>();
  const first = act({ account: one, name: 'first', look: slow.promise });
  const failed = act({ account: one, name: 'second', look: Promise.reject(new Error('refused')) });
  const third = act({ account: one, name: 'third', look: Promise.resolve() });
  await expect(failed).rejects.toThrow('refused');
  expect(entered).toEqual([]);
  slow.resolve();
  await Promise.all([first, third]);
  expect(entered).toEqual(['first', 'third']);
  await act({ account: one, name: 'later', look: Promise.resolve() });
  expect(entered).toEqual(['first', 'third', 'later']);
});

test('a command that is ready before the one in front of it is numbered behind it', async () => {
  const turns = createTurns();
  const stored: string[] = [];
  let minted = 0;
  const deps: SideDependencies = {
    turns,
    ids: { next: () => (minted += 1) } as SideDependencies['ids'],
    clock: { nowMs: () => 0 } as SideDependencies['clock'],
    dispatch: {
      place: () => ({ claimed: false, born: () => {}, queued: () => {}, abandoned: () => {} }),
    } as unknown as SideDependencies['dispatch'],
    store: {
      enqueue: async (items) =>
        items.map(({ id, command }) => {
          if (command.kind === 'renameGroup') stored.push(`${id} ${command.title}`);
          return { outcome: 'stored' };
        }),
    } as SideDependencies['store'],
  };
  const [conversation, connection] = [{ id: idText('conversation', 1) } as Conversation, {} as Connection];
  const [front, behind] = [turns.take(one), turns.take(one)];
  const queue = (turn: typeof front, title: string) =>
    queueSideCommand(deps, turn, one, conversation, connection, { kind: 'renameGroup', title });
  await Promise.all([queue(behind, 'second'), queue(front, 'first')]);
  expect(stored).toEqual([`${idText('message', 1)} first`, `${idText('message', 2)} second`]);
});
