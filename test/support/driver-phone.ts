// A phone in a test's hand: the simulator's control surface by name instead of by path, every answer held against the
// published contract.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Driver } from '#ports/driver.ts';
import { control } from './driver-rigs.ts';

export interface PhoneMessage {
  readonly messageId: string;
  readonly chatId: string;
  readonly direction: 'in' | 'out';
  readonly from: string;
  readonly text: string;
  readonly attachments: readonly { readonly url: string; readonly mimeType: string }[];
  readonly service: string;
  readonly sentAt: string;
  readonly status: string;
  readonly reactions: readonly { readonly from: string; readonly reactionType: string }[];
  readonly readByAgent: boolean;
  readonly replyTo?: string;
  readonly poll?: {
    readonly options: readonly string[];
    readonly maxSelections: number;
    readonly votes: readonly { readonly from: string; readonly options: readonly number[] }[];
  };
}

export interface PhoneList {
  readonly messages: readonly PhoneMessage[];
  readonly typing: readonly string[];
}

export interface PhoneState {
  readonly number: string;
  readonly service: string;
  readonly airplane: boolean;
  readonly faults: Readonly<Record<string, unknown>>;
  readonly unread: number;
}

const document = JSON.parse(
  readFileSync(new URL('../../src/wire/simulator.openapi.json', import.meta.url), 'utf8'),
) as object;
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: 'simulator', ...document });

/** Throws when a value is not what the contract calls by that name. */
function hold(schema: string, value: unknown): void {
  const check = ajv.getSchema(`simulator#/components/schemas/${schema}`);
  if (!check) throw new Error(`the contract has no ${schema}`);
  if (!check(value)) throw new Error(`not a ${schema}: ${ajv.errorsText(check.errors)} in ${JSON.stringify(value)}`);
}

export interface Phone {
  readonly number: string;
  text(body: object): Promise<PhoneMessage>;
  list(query?: string): Promise<PhoneList>;
  inbox(query?: string): Promise<readonly PhoneMessage[]>;
  settings(body: object): Promise<PhoneState>;
  read(body?: object): Promise<void>;
  react(body: object): Promise<PhoneMessage>;
  vote(body: object): Promise<PhoneMessage>;
  type(body: object): Promise<void>;
}

export function phone(driver: () => Driver, number: string): Phone {
  const path = `/phones/${encodeURIComponent(number)}`;
  const post = async (verb: string, body: object, status: number, schema: string): Promise<unknown> => {
    const answer = await control(driver(), 'POST', `${path}/${verb}`, body);
    if (answer.status !== status) throw new Error(`${verb} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    if (schema !== '') hold(schema, answer.body);
    return answer.body;
  };
  const list = async (query = ''): Promise<PhoneList> => {
    const answer = await control(driver(), 'GET', `${path}/messages${query}`);
    if (answer.status !== 200) throw new Error(`messages answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    hold('HandsetView', answer.body);
    return answer.body as PhoneList;
  };
  return {
    number,
    text: async (body) => (await post('messages', body, 201, 'HandsetMessage')) as PhoneMessage,
    list,
    inbox: async (query) => (await list(query)).messages.filter(({ direction }) => direction === 'in'),
    settings: async (body) => (await post('settings', body, 200, 'Phone')) as PhoneState,
    read: async (body = {}) => void (await post('read', body, 200, '')),
    react: async (body) => (await post('reactions', body, 201, 'HandsetMessage')) as PhoneMessage,
    vote: async (body) => (await post('votes', body, 201, 'HandsetMessage')) as PhoneMessage,
    type: async (body) => void (await post('typing', body, 200, '')),
  };
}
