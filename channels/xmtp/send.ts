/**
 * Sending, so that no crash, outage or second try doubles a message. In order: (1) the chat is found or made; (2) the
 * message is prepared with the client, which stores it and gives it its id, without publishing it; (3) key and id are
 * written to the journal and on disk; (4) it is published, and accepted once the network has it.
 *
 * A crash after 1 leaves nothing. After 2 there is a prepared message no key leads to, which nothing ever publishes; the
 * key is prepared again. After 3, and in the middle of 4, the key leads to the message, and whoever comes with the key
 * publishes that one: publishing what is published already does nothing, and a second envelope of one message is one
 * message to everybody, because its id is made from its content. What the client could not publish stays queued with it,
 * so an error in 4 is uncertain, never a reason for another message.
 */
import type * as Binding from '@xmtp/node-bindings';
import type { DriverHost, OutboundChunk, Receipt, Target } from '#ports/driver.ts';
import { type Chat, type ChatParts, Unreachable, chatOf, lookFor } from './chats.ts';
import type { Clients, Session } from './clients.ts';
import { isInactive, isNetworkFault, isStillQueued, NotNow, WalletBroken, wordsOf } from './faults.ts';
import type { Files } from './files.ts';
import { messageName } from './ids.ts';
import type { KeptSend } from './journal.ts';
import type { NetworkLink } from './network-link.ts';
import { contentOf } from './render.ts';

export interface SendParts extends ChatParts {
  readonly clients: Clients;
  readonly link: NetworkLink;
  readonly host: DriverHost;
  readonly files: Files;
  /** Something was published there: whoever of ours is in it is looked after soon. Never throws. */
  told(session: Session, chat: Chat, areMembersOthers?: boolean): Promise<void> | void;
}

/** One message to be: its key, and its content when it has to be made. */
export interface Letter {
  readonly key: string;
  content(session: Session, signal: AbortSignal): Promise<Binding.EncodedContent> | Binding.EncodedContent;
}

const published: Binding.DeliveryStatus = 1;
const stopped: Receipt = { outcome: 'deferred', message: 'given up before it left' };
const away = 'the XMTP network cannot be reached now';

export const letterOf = (files: Files, { key, body }: OutboundChunk): Letter => ({
  key,
  content: (session, signal) => contentOf(files, session, body, signal),
});

/** One receipt per letter, in order, up to and with the first that is not accepted. */
export function sendLetters(
  parts: SendParts,
  target: Target,
  letters: readonly Letter[],
  signal: AbortSignal,
): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = [];
  const state = { isPublishing: false };
  const work = carry(parts, target, letters, { signal, receipts, state }).catch((error: unknown) => {
    receipts.push(notSent(parts, error));
    return receipts;
  });
  return untilAborted(work, signal, () => [
    ...receipts,
    state.isPublishing ? { outcome: 'uncertain', message: 'given up while it was being published' } : stopped,
  ]);
}

interface Progress {
  readonly signal: AbortSignal;
  readonly receipts: Receipt[];
  readonly state: { isPublishing: boolean };
}

async function carry(
  parts: SendParts,
  target: Target,
  letters: readonly Letter[],
  { signal, receipts, state }: Progress,
): Promise<readonly Receipt[]> {
  const { journal, clients, link, host } = parts;
  const wallet = host.wallets.at(target.line);
  if (!wallet) throw new Unreachable('not_found', 'This account has no XMTP wallet here');
  const known = letters.map(({ key }) => journal.send(key));
  if (!link.isUp) throw known[0] ? new MaybePublished(away) : new NotNow(away);
  if (signal.aborted) return [stopped];
  return clients.use(
    wallet.account,
    async (session) => {
      const kept = await prepare(parts, session, { target, letters, known, signal });
      for (const each of kept) {
        if (signal.aborted) return [...receipts, stopped];
        state.isPublishing = true;
        const receipt = await publish(parts, session, each);
        state.isPublishing = false;
        receipts.push(receipt);
        if (receipt.outcome !== 'accepted') break;
      }
      return receipts;
    },
    { signal },
  );
}

/** Steps 1 to 3, for those letters that have not been through them. */
async function prepare(
  parts: SendParts,
  session: Session,
  run: {
    readonly target: Target;
    readonly letters: readonly Letter[];
    readonly known: readonly (KeptSend | undefined)[];
    readonly signal: AbortSignal;
  },
): Promise<readonly KeptSend[]> {
  const fresh = new Map<string, KeptSend>();
  const kept: KeptSend[] = [];
  let chat: Chat | undefined;
  for (const [index, letter] of run.letters.entries()) {
    const before = run.known[index];
    if (before) kept.push(before);
    else {
      chat ??= await chatOf(session, run.target, parts);
      const content = await letter.content(session, run.signal);
      if (run.signal.aborted) break;
      const message = chat.conversation.prepareMessage(content, true);
      const made = { line: session.line, chat: chat.name, message };
      fresh.set(letter.key, made);
      kept.push(made);
    }
  }
  if (fresh.size > 0) await parts.journal.keepSends(fresh);
  return kept;
}

/** Step 4. Never throws: from here on the message may be out. */
async function publish(parts: SendParts, session: Session, kept: KeptSend): Promise<Receipt> {
  const { conversations, line } = session;
  const look = () => lookFor(() => conversations.getMessageById(kept.message));
  const accepted: Receipt = { outcome: 'accepted', remoteId: messageName(kept.message, line), remoteChat: kept.chat };
  try {
    const message = look();
    if (!message) return { outcome: 'uncertain', message: goneWords };
    if (message.deliveryStatus === published) return accepted;
    const conversation = conversations.getConversationById(message.convoId);
    try {
      await conversation.publishStoredMessage(kept.message);
    } catch (error) {
      if (look()?.deliveryStatus !== published) throw error;
    }
    if (look()?.deliveryStatus !== published)
      return { outcome: 'uncertain', message: 'it is queued and not on the XMTP network yet' };
    await parts.told(session, { conversation, name: kept.chat });
    return accepted;
  } catch (error) {
    if (isInactive(error))
      return { outcome: 'refused', code: 'not_a_member', message: 'This account is no longer in that XMTP chat' };
    if (isNetworkFault(error) || isStillQueued(error)) parts.link.doubt();
    return { outcome: 'uncertain', message: `it may not have reached the XMTP network: ${wordsOf(error)}` };
  }
}

const goneWords = "its copy went with this wallet's former database, and nobody can tell whether it was sent";

/** It was prepared in an earlier try, and cannot be looked at now. */
class MaybePublished extends Error {}

/** What became of everything before publishing: nothing, for one reason or another. */
function notSent({ link }: SendParts, error: unknown): Receipt {
  if (error instanceof MaybePublished) return { outcome: 'uncertain', message: error.message };
  if (error instanceof Unreachable) return { outcome: 'refused', code: error.code, message: error.message };
  // A wallet can be mended, by a person here: what was accepted for it waits, as for a network that is away.
  const isOurs = error instanceof NotNow || error instanceof WalletBroken;
  if (!isOurs && isNetworkFault(error)) link.doubt();
  const message = isOurs ? error.message : `XMTP could not prepare it: ${wordsOf(error)}`;
  return { outcome: 'deferred', message };
}

/**
 * What became of a key: published by now, or finished now; `deferred` when it was never prepared. Throws while it cannot
 * be told, so that it is asked again.
 */
export async function reconcileKey(parts: SendParts, target: Target, key: string): Promise<Receipt> {
  const kept = parts.journal.send(key);
  if (!kept) return { outcome: 'deferred', message: 'it was never prepared' };
  const wallet = parts.host.wallets.at(target.line);
  if (!wallet) return { outcome: 'uncertain', message: 'the wallet that prepared it is gone' };
  if (!parts.link.isUp) throw new NotNow(away);
  const receipt = await parts.clients.use(wallet.account, (session) => publish(parts, session, kept));
  if (receipt.outcome === 'uncertain' && receipt.message !== goneWords) throw new NotNow(receipt.message);
  return receipt;
}

/** The answer, or what is to be said instead when it is not waited for any longer. */
export function untilAborted<Answer>(
  work: Promise<Answer>,
  signal: AbortSignal,
  instead: () => Answer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const late = (): void => resolve(instead());
    signal.addEventListener('abort', late, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', late));
    if (signal.aborted) late();
  });
}
