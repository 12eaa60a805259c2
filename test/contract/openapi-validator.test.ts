/**
 * The bundles as the request validator takes them: it loads both, lets through what the contracts allow, and holds an
 * answer that strays from them. The routes here are fakes that answer what a test hands them.
 */
import express from 'express';
import type { ErrorRequestHandler } from 'express';
import { middleware } from 'express-openapi-validator';
import request from 'supertest';
import { describe, it } from 'vitest';
import { readBundle } from './openapi-documents.ts';
import type { Bundle, Json } from './openapi-documents.ts';

type ApiSpec = Parameters<typeof middleware>[0]['apiSpec'];

/** A server that checks against a bundle and answers every allowed request with `answer`. */
function serverOf(bundle: Bundle, status: number, answer: Json) {
  const app = express();
  app.use(express.json());
  const apiSpec = readBundle(bundle) as unknown as ApiSpec;
  app.use(
    middleware({
      apiSpec,
      validateRequests: { allowUnknownQueryParameters: true },
      validateResponses: true,
      validateSecurity: false,
    }),
  );
  app.use((_request, response) => void response.status(status).json(answer));
  const refuse: ErrorRequestHandler = (error: { status?: number; message: string }, _request, response, _next) => {
    response.status(error.status ?? 500).json({ message: error.message });
  };
  app.use(refuse);
  return app;
}

const rest = (status: number, answer: Json) => request(serverOf('claw-messenger.openapi', status, answer));
const network = (status: number, answer: Json) => request(serverOf('simulator.openapi', status, answer));
const registered = { ok: true, phone_number: '+1234567890', already_claimed: false };

describe('the Claw Messenger bundle in the validator', () => {
  it('registers the number of the documentation, unknown fields and all', async () => {
    const body = { phone_number: '+1234567890', label: 'mine' };
    await rest(200, registered).post('/api/routes').send(body).expect(200, registered);
  });

  it.each(['1234567890', '(123)456-7890', '+123456', '+1 234 567 890'])(
    'refuses %s as a number',
    async (phone_number) => {
      await rest(200, registered).post('/api/routes').send({ phone_number }).expect(400);
    },
  );

  it.each(['/api/routes/+1234567890', '/api/routes/%2B1234567890'])('releases by DELETE %s', async (path) => {
    await rest(200, { ok: true }).delete(path).expect(200, { ok: true });
  });

  it('takes the report of the documentation', async () => {
    const report = {
      plugin_version: '0.1.7',
      node_version: 'v22.0.0',
      errors: [{ ts: '...', type: 'error', detail: '...' }],
      connection_log: [{ ts: '...', type: 'connect' }],
      metadata: { connected: true },
    };
    await rest(200, { ok: true, report_id: 'rep_1' }).post('/api/diagnostics').send(report).expect(200);
  });

  it('makes a key without a body', async () => {
    const key = `cm_live_AbCd1234_${'0'.repeat(33)}`;
    const made = { ok: true, id: 'k', key, prefix: 'cm_live_AbCd1234', name: null, created_at: '2026-04-10T14:30:00Z' };
    await rest(201, made).post('/api/keys').expect(201, made);
  });

  it('lets a refusal through and holds one without detail', async () => {
    const refusal = { ok: false, error: 'taken', detail: 'release it there first' };
    await rest(409, refusal).post('/api/routes').send({ phone_number: '+1234567890' }).expect(409, refusal);
    await rest(409, { ok: false, error: 'taken' })
      .post('/api/routes')
      .send({ phone_number: '+1234567890' })
      .expect(500);
  });

  it('holds an answer with a field that is not documented', async () => {
    await rest(200, { ...registered, account: 'a' })
      .post('/api/routes')
      .send({ phone_number: '+1234567890' })
      .expect(500);
  });
});

describe('the simulator bundle in the validator', () => {
  const message = {
    messageId: 'm',
    chatId: 'c',
    direction: 'out',
    from: '+1234567890',
    text: 'hi',
    attachments: [],
    service: 'iMessage',
    sentAt: '2026-04-10T14:30:00.000Z',
    status: 'sent',
    reactions: [],
    readByAgent: false,
  };

  it('lets a handset text, and wait for an answer', async () => {
    const path = '/simulator/phones/%2B1234567890/messages';
    await network(201, message).post(path).send({ text: 'hi' }).expect(201, message);
    const view = { messages: [message], typing: ['+1234567890'] };
    const query = '?wait=5s&match=what%20now?&since=2026-04-10T14:30:00Z&limit=3';
    await network(200, view).get(`${path}${query}`).expect(200, view);
  });

  it.each(['wait=soon', 'limit=0', 'since=yesterday'])('refuses ?%s', async (query) => {
    await network(200, { messages: [], typing: [] })
      .get(`/simulator/phones/%2B1234567890/messages?${query}`)
      .expect(400);
  });

  it('refuses a text without text and attachments', async () => {
    await network(201, message).post('/simulator/phones/%2B1234567890/messages').send({}).expect(400);
  });

  it('lets a handset read all without a body', async () => {
    await network(200, { ok: true }).post('/simulator/phones/%2B1234567890/read').expect(200);
  });
});
