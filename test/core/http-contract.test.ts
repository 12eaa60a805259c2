// Requests and answers held to a contract: built late, worded for people, and deaf to nothing.
import express from 'express';
import request from 'supertest';
import { afterEach, describe, expect, test } from 'vitest';
import { renderFailure } from '#facades/claw-messenger/rest/failures.ts';
import { readJson } from '#http/body.ts';
import { createContract, type ContractOptions } from '#http/contract.ts';
import { closeHouses, openHouse } from '../support/http-house.ts';

afterEach(closeHouses);

const document = {
  openapi: '3.1.0',
  info: { title: 'A small contract', version: '1' },
  paths: {
    '/things': {
      post: {
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['parts'],
                properties: {
                  parts: {
                    type: 'array',
                    items: {
                      type: 'object',
                      required: ['value'],
                      properties: { value: { type: 'string', maxLength: 5 }, kind: { enum: ['a', 'b'] } },
                    },
                  },
                },
              },
            },
          },
        },
        responses: {
          200: {
            description: 'Done',
            content: { 'application/json': { schema: { type: 'object', required: ['ok'], properties: {} } } },
          },
        },
      },
    },
  },
};

async function openThings(options: Partial<ContractOptions> = {}, answer: object = { ok: true }) {
  let loads = 0;
  const load = (): Promise<unknown> => {
    loads += 1;
    return Promise.resolve(document);
  };
  const contract = createContract({ load, ...options });
  const handler = express.Router();
  handler.use(readJson(), contract.check, (_req, res) => void res.json(answer));
  const { url } = await openHouse({ mounts: [{ path: '/', name: 'things', handler, failures: renderFailure }] });
  const post = (body: object) => request(url).post('/things').send(body);
  return { url, contract, post, loads: () => loads };
}

describe('a contract', () => {
  test('is not even read before somebody asks, and then once', async () => {
    const { post, contract, loads } = await openThings();
    expect(loads()).toBe(0);
    await Promise.all([post({ parts: [] }).expect(200), contract.warm(), post({ parts: [] }).expect(200)]);
    expect(loads()).toBe(1);
  });

  test('that could not be read is read again for the next request', async () => {
    let isThere = false;
    const load = () => (isThere ? Promise.resolve(document) : Promise.reject(new Error('no such file')));
    const { post } = await openThings({ load });
    await post({ parts: [] }).expect(500);
    isThere = true;
    await post({ parts: [] }).expect(200);
  });

  test.each([
    [{ parts: [{ value: 'a' }, { valeu: 'b' }] }, 'parts[1].value is missing', "Did you mean it by 'valeu'?"],
    [{ parts: [{ value: 'abcdef' }] }, 'parts[0].value must not have more than 5 characters', 'parts[0].value'],
    [{ parts: [{ value: 'a', kind: 'c' }] }, 'parts[0].kind must be equal to one of the allowed values: a, b', 'kind'],
    [{ parts: 'a' }, 'parts must be of type array', 'parts'],
    [[], 'The body must be a JSON object', 'send it again'],
  ])('says of %j where it is wrong and how to mend it', async (body, error, detail) => {
    const { post } = await openThings();
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ ok: false, error, detail: expect.stringContaining(detail) as string });
  });

  test('is indifferent to how a caller spells the content type', async () => {
    const { url } = await openThings();
    for (const type of ['application/json; charset=utf-8', 'application/json; v=1', 'application/vnd.things+json']) {
      await request(url).post('/things').set('Content-Type', type).send('{"parts":[]}').expect(200);
    }
    const missing = await request(url).post('/things').expect(400);
    expect(missing.body).toMatchObject({ error: 'The body is missing' });
  });

  test('hears of an answer that breaks it when somebody listens, and lets it go out', async () => {
    const broken: string[] = [];
    const { post } = await openThings({ onBrokenAnswer: (problem) => void broken.push(problem) }, { no: true });
    await post({ parts: [] }).expect(200, { no: true });
    expect(broken).toEqual([expect.stringContaining("'ok'")]);
  });
});
