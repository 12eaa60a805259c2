/**
 * Ask a question with options. A poll is a message of one part: it is accepted, sent and reported on like any other; on
 * a channel without polls it goes as numbered text, and replies count as votes.
 */
import type { SendAnswer, SendCommand, SendMessage } from './send-message.ts';

export interface PollCommand extends Omit<SendCommand, 'parts'> {
  readonly question: string;
  readonly options: readonly string[];
  readonly maxSelections: number;
  readonly anonymous: boolean;
  /** After this long no vote counts; null: the poll stays open. */
  readonly durationMs: number | null;
}

export type SendPoll = (command: PollCommand) => Promise<SendAnswer>;

/** Throws Refused: nothing was stored. */
export function createSendPoll(sendMessage: SendMessage): SendPoll {
  return ({ question, options, maxSelections, anonymous, durationMs, ...command }) =>
    sendMessage({ ...command, parts: [{ type: 'poll', question, options, maxSelections, anonymous, durationMs }] });
}
