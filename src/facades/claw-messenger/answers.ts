/**
 * The frames that answer a frame, as text. Built by hand in the order the protocol's examples have, because a send's
 * answer is written for every message that passes.
 */
import type { SendAnswer } from '#actions/send-message.ts';
import type { ErrorCode } from '#wire/claw-messenger-frames.ts';

export const pongFrame = '{"type":"pong"}';
export const pingFrame = '{"type":"ping"}';

/** What a send came to: the first answer, or that answer with a later status. */
export type SendOutcome = Pick<SendAnswer, 'messageId' | 'conversationId' | 'status' | 'error' | 'cached'>;

/** The one answer to a send that was stored. A failed message is not ok, but shows which one it was. */
export function sendResult(id: string, outcome: SendOutcome): string {
  const start = `{"type":"send.result","id":${JSON.stringify(id)}`;
  const where = `"messageId":${JSON.stringify(outcome.messageId)},"chatId":${JSON.stringify(outcome.conversationId)}`;
  const cached = outcome.cached ? ',"cached":true' : '';
  switch (outcome.status) {
    case 'queued':
    case 'sending':
      return `${start},"ok":true,${where},"status":"queued"${cached}}`;
    case 'sent':
    case 'delivered':
    case 'read':
      return `${start},"ok":true,${where},"status":"${outcome.status}"${cached}}`;
    case 'failed':
      return `${start},"ok":false,"error":${textOr(outcome.error, 'The channel refused the message')},${where},"status":"failed"${cached}}`;
    case 'unknown':
      return `${start},"ok":true,${where},"status":"unknown"${cached},"error":${textOr(outcome.error, 'The provider did not say whether it was sent')}}`;
    case 'deleted':
    case 'received':
      return `${start},"ok":true,${where},"status":"unknown"${cached},"error":"Its record has been deleted"}`;
    default:
      return outcome.status satisfies never;
  }
}

export const sendRefused = (id: string, error: string): string =>
  `{"type":"send.result","id":${JSON.stringify(id)},"ok":false,"error":${JSON.stringify(error)}}`;

export const errorFrame = (code: ErrorCode, message: string): string =>
  `{"type":"error","code":"${code}","message":${JSON.stringify(message)}}`;

export const typingFrame = (from: string, started: boolean, chatId: string): string =>
  `{"type":"typing","from":${JSON.stringify(from)},"started":${started},"chatId":${JSON.stringify(chatId)}}`;

export const syncDone = (count: number, cursor: string, reset: boolean): string =>
  `{"type":"sync.done","count":${count},"cursor":${JSON.stringify(cursor)}${reset ? ',"reset":true' : ''}}`;

function textOr(error: string | null, otherwise: string): string {
  return JSON.stringify(error === null || error === '' ? otherwise : error);
}
