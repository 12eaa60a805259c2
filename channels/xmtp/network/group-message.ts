/**
 * Reads the head of an MLS message to a group (RFC 9420, section 6): which group it is for and whether it changes the
 * group. What it says is encrypted, and stays so. Pure.
 */
import { maxGroupIdBytes } from './limits.ts';
import { Malformed } from './protobuf.ts';
import { Refusal } from './refusal.ts';
import { TlsReader } from './tls.ts';

export interface GroupMessageHead {
  readonly groupId: Buffer;
  /** A commit or a proposal, as opposed to something said. */
  readonly isCommit: boolean;
}

const mls10 = 1;
const [publicMessage, privateMessage] = [1, 2];
const [application, proposal, commit] = [1, 2, 3];
const [member, external] = [1, 2];
const [epochBytes, senderIndexBytes] = [8, 4];

/** Throws `Refusal` when it is no message to a group. */
export function readGroupMessage(message: Buffer): GroupMessageHead {
  try {
    return readHead(new TlsReader(message));
  } catch (error) {
    if (error instanceof Malformed) throw new Refusal('malformed', `this is no message to a group: ${error.message}`);
    throw error;
  }
}

function readHead(input: TlsReader): GroupMessageHead {
  if (input.uint16() !== mls10) throw new Malformed('its version is not MLS 1.0');
  const form = input.uint16();
  if (form !== publicMessage && form !== privateMessage) throw new Malformed('it is of another kind');
  const groupId = input.vector();
  if (groupId.length === 0 || groupId.length > maxGroupIdBytes) throw new Malformed('its group has no id');
  input.take(epochBytes);
  if (form === publicMessage) skipSender(input);
  const content = input.uint8();
  if (content !== application && content !== proposal && content !== commit) {
    throw new Malformed('its content is of no known kind');
  }
  if (form === privateMessage) {
    for (let field = 0; field < 3; field += 1) input.vector(); // authenticated data, sender, ciphertext
    input.end();
  }
  return { groupId, isCommit: content !== application };
}

/** Before the content of a public message stand its sender and what is authenticated with it. */
function skipSender(input: TlsReader): void {
  const sender = input.uint8();
  if (sender === member || sender === external) input.take(senderIndexBytes);
  input.vector();
}
