// The XMTP driver is killed in the middle of conversations, again and again: every message that was accepted, and every
// one that was tried again under its key, reaches the other side once. XMTP_KILLS says how often.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { loadSdk } from '../support/xmtp-people.ts';
import { networkHome } from '../support/xmtp-raw.ts';
import { type DriverProcess, driverProcess } from '../support/xmtp-driver-process.ts';

const kills = Number(process.env['XMTP_KILLS'] ?? 20);
const lastWordsMs = 20_000;

test('a driver that is killed while two accounts talk loses nothing and doubles nothing', async () => {
  await loadSdk();
  const home = await networkHome();
  const network = await home.start();
  const [ann, bob] = [driverProcess(network.url, home.folder, 'ann'), driverProcess(network.url, home.folder, 'bob')];
  const ending = new AbortController();
  const said = { ann: [] as string[], bob: [] as string[] };

  /** One message after another, each under one key until it is accepted. */
  async function talk(from: DriverProcess, to: DriverProcess, texts: string[], name: string): Promise<void> {
    for (let count = 0; !ending.signal.aborted; count += 1) {
      const text = `${name} ${count}`;
      texts.push(text);
      for (;;) {
        const receipt = await from.send(to.address, `key ${text}`, text);
        if (receipt?.outcome === 'accepted') break;
        await sleep(50);
      }
      await sleep(20);
    }
  }

  try {
    await Promise.all([ann.start(), bob.start()]);
    const talking = [talk(ann, bob, said.ann, 'ann'), talk(bob, ann, said.bob, 'bob')];
    for (let kill = 0; kill < kills; kill += 1) {
      await sleep(100 + Math.random() * 1_500);
      const victim = kill % 2 === 0 ? ann : bob;
      await victim.kill();
      await victim.start();
    }
    ending.abort();
    await Promise.all(talking);
    const all = (of: DriverProcess) => [...of.stored.values()];
    const until = performance.now() + lastWordsMs;
    const isDone = () => all(bob).length >= said.ann.length && all(ann).length >= said.bob.length;
    while (!isDone() && performance.now() < until) await sleep(50);
    expect(said.ann.length).toBeGreaterThan(kills / 2);
    expect(all(bob).toSorted()).toEqual(said.ann.toSorted());
    expect(all(ann).toSorted()).toEqual(said.bob.toSorted());
  } finally {
    ending.abort();
    await Promise.all([ann.kill(), bob.kill()]);
    await home.leave();
  }
});
