/**
 * The gateway that is attached to the network, as it last said itself: remembered over restarts, so that handsets can
 * text its lines before it is back.
 */
import type Database from 'better-sqlite3';
import { type Channel, isChannel } from '#core/channel.ts';
import { metaOf, setMeta } from './database.ts';

export interface Gateway {
  readonly lines: readonly string[];
  readonly channels: readonly Channel[];
}

const nobodyYet: Gateway = { lines: ['+15550100000'], channels: ['imessage', 'rcs', 'sms'] };

export function saveGateway(db: Database.Database, gateway: Gateway): void {
  setMeta(db, 'gateway', JSON.stringify(gateway));
}

export function savedGateway(db: Database.Database): Gateway {
  const saved = metaOf(db, 'gateway');
  if (saved === undefined) return nobodyYet;
  const { lines, channels } = JSON.parse(saved) as Gateway;
  return { lines, channels: channels.filter(isChannel) };
}
