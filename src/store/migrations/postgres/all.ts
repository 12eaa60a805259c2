/**
 * The PostgreSQL migrations in order. Append-only: a migration that was ever released keeps its number and its text, and
 * a database whose history differs from this list does not start.
 */
import { start } from './0001-start.ts';
import { molts } from './0002-molts.ts';
import { groupKeys } from './0003-group-keys.ts';

/** The migration that brings a database to version n is the n-th. */
export const migrations: readonly string[] = [start, molts, groupKeys];
