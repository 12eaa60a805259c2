/**
 * XMTP as a driver: every account has a wallet, whose address is its line; messages are sealed end to end by XMTP's own
 * library, on a network inside the gateway or on the public one. Nothing of the library is loaded before the first
 * wallet is needed, and where it cannot be loaded at all that is a health state.
 */
import { address } from '#core/address.ts';
import { refuse } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { CreateDriver, Driver, DriverHost, Receipt } from '#ports/driver.ts';
import { emojiOf, xmtpCapabilities } from './capabilities.ts';
import { lookFor } from './chats.ts';
import { checkSettings } from './config.ts';
import { serveControl } from './control.ts';
import { type Engine, startEngine } from './engine.ts';
import { NotNow, unavailable } from './faults.ts';
import { groupVerbs } from './groups.ts';
import { isInboxId, isWalletAddress, messageIn } from './ids.ts';
import { openJournal } from './journal.ts';
import { fetchMediaWith } from './media.ts';
import { LocalFault, createNetworkLink } from './network-link.ts';
import { reachWith } from './reach.ts';
import { bodiesOf } from './render.ts';
import { type SendParts, letterOf, reconcileKey, sendLetters } from './send.ts';
import { standingOf } from './standing.ts';

const off: Receipt = { outcome: 'deferred', message: 'XMTP is not running' };
/** Of the wallets, for a person to see. */
const linesShown = 20;

export const createDriver: CreateDriver = (settings, host) => {
  const config = checkSettings(settings);
  let [engine, wanted]: [Engine | null, boolean] = [null, false];
  const link = createNetworkLink(config.network, host, () => {
    if (engine || !wanted) return;
    try {
      engine = startEngine(config, host, link, openJournal(host.dataDir, host.runtime.clock));
    } catch (error) {
      throw new LocalFault(error instanceof Error ? error.message : String(error), { cause: error });
    }
  });
  const current = () => engine;
  return {
    channels: settings.channels,
    lines: () => ownLines(host),
    lineOf: (account) => lineOf(host, account),
    lineTrouble: (line) => engine && standingOf(engine, host, line).trouble,
    capabilities: () => xmtpCapabilities,
    start() {
      wanted = true;
      return link.start();
    },
    async stop() {
      wanted = false;
      const leaving = engine;
      engine = null;
      await leaving?.stop();
      await link.stop();
    },
    probe: (signal) => link.probe(signal),
    normalizeTarget: (_channel, text, field) => targetOf(host, engine, text, field),
    render: (_channel, content) => bodiesOf(content),
    control: (request) => serveControl(request, engine, link, host),
    reach: reachWith(host, () => (link.isUp ? engine : null)),
    provision: provisionWith(host, () => (link.isUp ? engine : null)),
    pull(account, signal) {
      if (!engine) throw unavailable(new NotNow('XMTP is not running'));
      return engine.following.pull(account, signal);
    },
    fetchMedia(url, signal) {
      if (!engine) throw new Error('XMTP is not running');
      return fetchMediaWith(engine.clients, engine.sending.files, host)(url, signal);
    },
    ...sending(current),
    ...groups(current),
  };
};

function ownLines({ wallets }: DriverHost): readonly string[] {
  const lines: string[] = [];
  for (const wallet of wallets.all()) {
    if (lines.length >= linesShown) break;
    if (wallet.inboxId !== null) lines.push(wallet.address);
  }
  return lines;
}

function lineOf({ wallets }: DriverHost, account: AccountId): string | undefined {
  const wallet = wallets.of(account);
  return wallet && wallet.inboxId !== null ? wallet.address : undefined;
}

/** Everybody by wallet address, whichever of their names was used; an inbox nobody knows stays what it is. */
function targetOf({ wallets }: DriverHost, engine: Engine | null, text: string, field: string): string {
  const name = address(text, 'wallet', field);
  if (isWalletAddress(name)) return name;
  if (isInboxId(name)) return wallets.byInbox(name)?.address ?? engine?.people.known(name) ?? name;
  const wallet = wallets.byHandle(name);
  if (wallet) return wallet.address;
  throw refuse('not_found', `${field} names no one: there is no account with the handle '${name}'`, { field });
}

/** The wallet, and its inbox on the network; whoever asks meanwhile gets the same answer. */
function provisionWith(host: DriverHost, current: () => Engine | null): NonNullable<Driver['provision']> {
  const asked = new Map<AccountId, Promise<string>>();
  const provide = async (account: AccountId): Promise<string> => {
    try {
      const engine = current();
      if (!engine) throw new NotNow('The XMTP network cannot be reached now');
      const wallet = await host.wallets.make(account);
      await engine.clients.use(account, () => Promise.resolve());
      return wallet.address;
    } catch (error) {
      throw unavailable(error);
    }
  };
  return async (account, signal) => {
    const line = lineOf(host, account);
    if (line !== undefined) return line;
    const known = asked.get(account);
    if (known) return untilGivenUp(known, signal);
    const answer = provide(account);
    asked.set(account, answer);
    const forget = (): void => void asked.delete(account);
    answer.then(forget, forget);
    return untilGivenUp(answer, signal);
  };
}

function untilGivenUp<Answer>(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(refuse('unavailable', 'XMTP took too long; try again in a moment'));
    signal.addEventListener('abort', late, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', late));
    if (signal.aborted) late();
  });
}

function sending(current: () => Engine | null) {
  const one = async (work: (parts: SendParts) => Promise<readonly Receipt[]>): Promise<Receipt> => {
    const parts = current()?.sending;
    return parts ? ((await work(parts))[0] ?? off) : off;
  };
  return {
    async send(target, run, signal) {
      const parts = current()?.sending;
      if (!parts) return [off];
      const letters = run.map((chunk) => letterOf(parts.files, chunk));
      return sendLetters(parts, target, letters, signal);
    },
    async reconcile(target, chunk) {
      const parts = current()?.sending;
      if (!parts) throw new NotNow('XMTP is not running');
      return reconcileKey(parts, target, chunk.key);
    },
    react({ key, target, remoteId, reactionType, remove }, signal) {
      const about = messageIn(remoteId);
      if (about === undefined) return Promise.resolve(noMessage);
      const letter = {
        key: `react ${key}`,
        content: (session: Parameters<ReturnType<typeof letterOf>['content']>[0]) =>
          session.bindings.encodeReaction({
            reference: about,
            referenceInboxId: lookFor(() => session.conversations.getMessageById(about))?.senderInboxId ?? '',
            content: emojiOf(reactionType),
            action: remove ? 2 : 1,
            schema: 1,
          }),
      };
      return one((parts) => sendLetters(parts, target, [letter], signal));
    },
    markRead({ key, target }, signal) {
      const letter = {
        key: `read ${key}`,
        content: ({ bindings }: Parameters<ReturnType<typeof letterOf>['content']>[0]) =>
          bindings.encodeReadReceipt({}),
      };
      return one((parts) => sendLetters(parts, target, [letter], signal));
    },
  } satisfies Partial<Driver>;
}

const noMessage: Receipt = { outcome: 'refused', code: 'not_found', message: 'XMTP has no such message' };

function groups(current: () => Engine | null) {
  const verbs = (): ReturnType<typeof groupVerbs> | null => {
    const parts = current()?.sending;
    return parts ? groupVerbs(parts) : null;
  };
  const idle = Promise.resolve(off);
  return {
    createGroup: (command, signal) => verbs()?.createGroup(command, signal) ?? idle,
    addMembers: (command, signal) => verbs()?.addMembers(command, signal) ?? idle,
    removeMembers: (command, signal) => verbs()?.removeMembers(command, signal) ?? idle,
    renameGroup: (command, signal) => verbs()?.renameGroup(command, signal) ?? idle,
  } satisfies Partial<Driver>;
}
