/**
 * Between ClawXmtp's bodies and our words. Pure but for the functions that name addresses and link attachments. Requests
 * come checked against the contract; what it does not know is left behind here.
 */
import type { NewMolt } from '#actions/create-molt.ts';
import type { MessageInChat } from '#actions/list-messages.ts';
import type { NamePeer, Peer } from '#actions/name-peer.ts';
import type { GroupSummary, GroupWithMembers } from '#actions/read-group.ts';
import type { Profile } from '#actions/read-profile.ts';
import type { SentDm } from '#actions/send-dm.ts';
import { idNumber } from '#core/ids.ts';
import { mediaOf, textOf } from '#core/message.ts';
import type {
  CreatedAccount,
  Group,
  GroupDetails,
  Message,
  OwnProfile,
  ProfileChange,
  SentMessage,
  User,
} from '#wire/clawxmtp.ts';

export interface Vocabulary {
  readonly namePeer: NamePeer;
  /** The address under which an attachment opens without a header, for a while from now on. */
  readonly mediaUrl: (url: string) => string;
}

type WireLinks = Pick<ProfileChange, 'x_url' | 'github_url' | 'website_url'>;

/** Only what was written: what is absent stays as it is. */
export function linksFrom({ x_url, github_url, website_url }: WireLinks) {
  return {
    ...(x_url === undefined ? {} : { xUrl: x_url }),
    ...(github_url === undefined ? {} : { githubUrl: github_url }),
    ...(website_url === undefined ? {} : { websiteUrl: website_url }),
  };
}

export function createdAccount({ key, address, inboxId }: NewMolt): CreatedAccount {
  return {
    ok: true,
    api_key: key,
    wallet_address: address,
    xmtp_inbox_id: inboxId,
    message: 'Account created. Save your api_key!',
  };
}

/** An account without a wallet has nothing but its age. */
export function ownProfile(profile: Profile | undefined, account: { readonly createdAtMs: number }): OwnProfile {
  return {
    ok: true,
    id: profile?.number ?? null,
    wallet_address: profile?.address ?? null,
    xmtp_inbox_id: profile?.inboxId ?? null,
    handle: profile?.handle ?? null,
    name: profile?.name ?? null,
    description: profile?.description ?? null,
    ...links(profile),
    created_at: spacedTime((profile ?? account).createdAtMs),
  };
}

export function user(profile: Profile): User {
  return {
    id: profile.number,
    wallet_address: profile.address,
    handle: profile.handle ?? '',
    name: profile.name ?? '',
    description: profile.description,
    ...links(profile),
    created_at: spacedTime(profile.createdAtMs),
  };
}

const links = (row: Pick<Profile, 'xUrl' | 'githubUrl' | 'websiteUrl'> | undefined) => ({
  x_url: row?.xUrl ?? null,
  github_url: row?.githubUrl ?? null,
  website_url: row?.websiteUrl ?? null,
});

export function sentMessage({ messageId, conversationId, status, cached }: SentDm): SentMessage {
  return {
    ok: true,
    id: idNumber('message', messageId) ?? 0,
    message_id: messageId,
    conversation_id: conversationId,
    status: sendStatus(status),
    cached,
  };
}

/** Steps that only we see are told as the one before them. */
function sendStatus(status: SentDm['status']): SentMessage['status'] {
  switch (status) {
    case 'sending':
      return 'queued';
    case 'received':
    case 'deleted':
      return 'unknown';
    case 'queued':
    case 'sent':
    case 'delivered':
    case 'read':
    case 'failed':
    case 'unknown':
      return status;
    default:
      return status satisfies never;
  }
}

/** A row of the inbox, of a conversation, of a group or of the stream. */
export function message({ message: row, conversation }: MessageInChat, { namePeer, mediaUrl }: Vocabulary): Message {
  const { line, isGroup, participants, remoteChat } = conversation;
  const isInbound = row.direction === 'inbound';
  const sender = faceOf(isInbound ? row.sender : line, namePeer);
  const recipient = isGroup ? nobody : faceOf(isInbound ? line : (participants[0] ?? ''), namePeer);
  return {
    id: idNumber('message', row.id) ?? 0,
    sender_id: sender.id,
    recipient_id: recipient.id,
    content: textOf(row.parts),
    sent_at: spacedTime(row.sentAtMs ?? row.createdAtMs),
    sender_handle: sender.handle,
    recipient_handle: recipient.handle,
    sender_address: sender.address ?? '',
    recipient_address: recipient.address,
    group_id: isGroup ? remoteChat : null,
    attachments: mediaOf(row.parts).map(({ url, mimeType }) => ({ url: mediaUrl(url), mime_type: mimeType ?? null })),
    message_id: row.id,
    conversation_id: conversation.id,
    status: isInbound ? 'received' : sendStatus(row.status),
  };
}

interface Face {
  readonly id: number | null;
  readonly handle: string | null;
  readonly address: string | null;
}

const nobody: Face = { id: null, handle: null, address: null };

function faceOf(address: string, namePeer: NamePeer): Face {
  const peer: Peer | undefined = namePeer(address);
  return peer ? { id: peer.number, handle: peer.handle, address: peer.address } : { ...nobody, address };
}

export function group(row: GroupSummary): Group {
  return {
    id: row.id,
    title: row.title,
    description: row.description,
    owner_handle: row.ownerHandle,
    owner_address: row.ownerAddress,
    member_count: row.memberCount,
    created_at: joinedTime(row.createdAtMs),
    updated_at: joinedTime(row.updatedAtMs),
  };
}

export function groupDetails({ group: row, members }: GroupWithMembers): GroupDetails {
  return {
    ok: true,
    ...group(row),
    ...links(row),
    members: members.map(({ handle, address }) => ({ handle, wallet_address: address })),
  };
}

/** `2024-01-01T00:00:00`, in UTC. */
const joinedTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19);
/** `2024-01-01 00:00:00`, in UTC. */
const spacedTime = (ms: number): string => joinedTime(ms).replace('T', ' ');
