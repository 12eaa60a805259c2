/**
 * From our words to ClawBook's resources. Pure but for the functions that link attachments and name addresses.
 */
import type { ConversationSummary } from '#actions/list-conversations.ts';
import type { listKeys } from '#actions/list-keys.ts';
import type { MessageInChat } from '#actions/list-messages.ts';
import type { ConnectionStatus } from '#actions/read-channel-status.ts';
import type { readMessage } from '#actions/read-message.ts';
import type { Settings } from '#actions/read-settings.ts';
import type { SendAnswer } from '#actions/send-message.ts';
import type { NameOf } from '#core/address.ts';
import { mediaOf, textOf } from '#core/message.ts';
import type {
  ApiKey,
  Config,
  ConnectionState,
  Conversation,
  DeliveryStatus,
  Message,
  MessageWithTimeline,
  NewApiKey,
  SentMessage,
  Status,
  TimelineEntry,
} from '#wire/clawbook.ts';

type KeyRow = Awaited<ReturnType<typeof listKeys>>[number];
type Told = Awaited<ReturnType<typeof readMessage>>;

export interface Vocabulary {
  readonly nameOf: NameOf;
  /** The address under which an attachment opens without a header, for a while from now on. */
  readonly mediaUrl: (url: string) => string;
}

export function sentMessage({ messageId, conversationId, channel, status }: SendAnswer): SentMessage {
  return { message_id: messageId, conversation_id: conversationId, platform: channel, status: shown(status) };
}

export function message({ message: row, conversation }: MessageInChat, { nameOf, mediaUrl }: Vocabulary): Message {
  const recipients = row.direction === 'inbound' ? [conversation.line] : conversation.participants;
  return {
    id: row.id,
    conversation_id: conversation.id,
    platform: row.channel,
    direction: row.direction,
    sender: nameOf(row.channel, row.sender),
    recipient: recipients.map((each) => nameOf(row.channel, each)).join(','),
    content: textOf(row.parts),
    attachments: mediaOf(row.parts).map(({ url, mimeType }) => ({
      url: mediaUrl(url),
      mime_type: mimeType || 'application/octet-stream',
    })),
    status: shown(row.status),
    error: row.error,
    created_at: timestamp(row.createdAtMs),
    updated_at: timestamp(row.updatedAtMs),
  };
}

export function messageWithTimeline(told: Told, vocabulary: Vocabulary): MessageWithTimeline {
  return { ...message(told, vocabulary), timeline: timeline(told) };
}

/** What changed its status, in the log's order. The first entry is the message itself, so it has the message's own time. */
function timeline({ message: row, timeline: events }: Told): TimelineEntry[] {
  return events.flatMap((event): TimelineEntry[] => {
    if (event.kind === 'status') return [{ status: event.status, at: timestamp(Math.floor(event.tsUs / 1000)) }];
    const isFirst = event.kind === 'queued' || event.kind === 'received';
    return isFirst ? [{ status: event.kind, at: timestamp(row.createdAtMs) }] : [];
  });
}

/** A tombstone is never read; the type alone knows it. */
const shown = (status: MessageInChat['message']['status']): DeliveryStatus =>
  status === 'deleted' ? 'unknown' : status;

export function conversation(summary: ConversationSummary, { nameOf }: Pick<Vocabulary, 'nameOf'>): Conversation {
  const { id, channel, participants, isGroup, createdAtMs } = summary.conversation;
  return {
    id,
    platform: channel,
    participants: participants.map((each) => nameOf(channel, each)),
    is_group: isGroup,
    status: summary.status,
    message_count: summary.messageCount,
    last_message_at: optional(summary.lastMessageAtMs),
    created_at: timestamp(createdAtMs),
    updated_at: timestamp(summary.updatedAtMs),
  };
}

export function config({ defaultChannel, outbound, unknownPolicy, retentionDays }: Settings): Config {
  return {
    default_channel: defaultChannel,
    outbound,
    unknown_policy: unknownPolicy,
    retention_days: retentionDays,
  };
}

export function newApiKey({ row, key }: { readonly row: KeyRow; readonly key: string }): NewApiKey {
  return {
    id: row.id,
    key,
    prefix: row.prefix,
    name: nameOf(row),
    scopes: [...row.scopes],
    created_at: timestamp(row.createdAtMs),
  };
}

export function apiKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    prefix: row.prefix,
    name: nameOf(row),
    scopes: [...row.scopes],
    created_at: timestamp(row.createdAtMs),
    last_used_at: optional(row.lastUsedAtMs),
  };
}

export function status(
  statuses: readonly ConnectionStatus[],
  gateway: { readonly version: string; readonly uptimeMs: number },
): Status {
  const integrations: Record<string, 'connected' | 'disconnected'> = {};
  for (const { channels, connected } of statuses) {
    for (const channel of channels) {
      if (connected || integrations[channel] === undefined)
        integrations[channel] = connected ? 'connected' : 'disconnected';
    }
  }
  return {
    status: statuses.every(({ connected, enabled }) => connected || !enabled) ? 'healthy' : 'degraded',
    version: gateway.version,
    uptime_seconds: Math.floor(gateway.uptimeMs / 1000),
    integrations,
    connections: statuses.map(connectionState),
  };
}

const connectionState = (status: ConnectionStatus): ConnectionState => ({
  connection: status.connection,
  driver: status.driver,
  channels: [...status.channels],
  configured: status.configured,
  connected: status.connected,
  state: status.state,
  error: status.lastError,
  error_at: optional(status.lastErrorAtMs),
  mend: status.mend,
  last_inbound_at: optional(status.lastInboundAtMs),
  last_outbound_at: optional(status.lastOutboundAtMs),
  queue_length: status.queueLength,
  oldest_queued_ms: status.oldestQueuedMs,
  unknown_count: status.unknownCount,
});

/** A key without a name says so. */
const nameOf = (row: KeyRow): string | null => (row.name === '' ? null : row.name);
const optional = (ms: number | null): string | null => (ms === null ? null : timestamp(ms));
const timestamp = (ms: number): string => new Date(ms).toISOString();
