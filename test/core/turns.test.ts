// Turns: whoever asked first enters the store first, however long its look at things takes.
import { expect, test } from 'vitest';
import { createTurns, inTurn } from '#actions/turns.ts';
import { idText } from '#core/ids.ts';

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
