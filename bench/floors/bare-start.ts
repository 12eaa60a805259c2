/**
 * Floor: how long a process takes that loads express, ws and SQLite, opens a database, makes a table and listens.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import express from 'express';
import { WebSocketServer } from 'ws';
import { listen } from './listen.ts';

const folder = mkdtempSync(join(process.env['BENCH_DATA'] ?? tmpdir(), 'bare-start-'));
const database = new Database(join(folder, 'bare.db'));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('CREATE TABLE messages (id INTEGER PRIMARY KEY, body TEXT NOT NULL)');
process.on('exit', () => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const app = express();
app.get('/health', (_request, response) => void response.json({ ok: true }));
const server = createServer(app);
new WebSocketServer({ server, path: '/ws', perMessageDeflate: false });
listen(server);
