/**
 * Floor: what express and express-openapi-validator cost alone. One route with the contract of a send; what passes is
 * answered with a made-up message. Nobody is authenticated and nothing is kept.
 */
import { createServer } from 'node:http';
import express from 'express';
import { middleware } from 'express-openapi-validator';
import { listen } from './listen.ts';

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength }) as const;

const contract: Parameters<typeof middleware>[0]['apiSpec'] = {
  openapi: '3.1.0',
  info: { title: 'floor', summary: 'one send', version: '1' },
  components: {},
  webhooks: {},
  paths: {
    '/api/v1/messages/send': {
      post: {
        parameters: [{ name: 'Idempotency-Key', in: 'header', required: false, schema: text(255) }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['platform', 'recipient', 'message'],
                properties: {
                  platform: { type: 'string', enum: ['imessage', 'rcs', 'sms', 'telegram', 'whatsapp', 'discord'] },
                  recipient: text(320),
                  message: text(10_000),
                },
              },
            },
          },
        },
        responses: { '201': { description: 'Accepted.' } },
      },
    },
  },
};

let last = 0;
const app = express();
app.disable('x-powered-by');
app.use(express.json({ limit: '256kb' }));
app.use(middleware({ apiSpec: contract, validateRequests: true, validateResponses: false }));
app.post('/api/v1/messages/send', (request, response) => {
  const { platform, recipient } = request.body as { platform: string; recipient: string };
  const message_id = `msg_${(last += 1).toString(36)}`;
  const data = { message_id, conversation_id: `cht_${recipient.slice(1)}`, platform, status: 'queued' };
  const meta = { request_id: `req_${last.toString(36)}`, timestamp: new Date().toISOString() };
  response.status(201).json({ success: true, data, meta });
});
listen(createServer(app));
