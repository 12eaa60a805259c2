/**
 * The SQLite migrations in order. Append-only: a migration that was ever released keeps its number and its text, and a
 * database whose history differs from this list does not start.
 */
import { start } from './0001-start.ts';
import { lists } from './0002-lists.ts';
import { webhooks } from './0003-webhooks.ts';
import { polls } from './0004-polls.ts';
import { traffic } from './0005-traffic.ts';
import { molts } from './0006-molts.ts';
import { eventLog } from './0007-event-log.ts';
import { groupKeys } from './0008-group-keys.ts';

/** The migration that brings a database to version n is the n-th. */
export const migrations: readonly string[] = [start, lists, webhooks, polls, traffic, molts, eventLog, groupKeys];
