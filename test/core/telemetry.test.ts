// What is written about the gateway: log lines never hold a key, a number or a body, and the metrics page reads the
// plain numbers that the hot path counts.
import { describe, expect, test } from 'vitest';
import { zeroCounters } from '#ports/counters.ts';
import { openLog, type LogOptions } from '#telemetry/log.ts';
import { createMetrics } from '#telemetry/metrics.ts';

async function lines(options: Partial<LogOptions>, write: (log: Awaited<ReturnType<typeof openLog>>) => void) {
  const written: string[] = [];
  const log = await openLog({ level: 'info', ...options, destination: { write: (line) => void written.push(line) } });
  write(log);
  return written;
}

describe('a log line', () => {
  test('is one JSON object with the event, its fields, the level and the time', async () => {
    const [line = ''] = await lines({}, (log) => log.info('message.sent', { messageId: 'msg_1', channel: 'sms' }));
    expect(line.endsWith('\n')).toBe(true);
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      event: 'message.sent',
      messageId: 'msg_1',
      channel: 'sms',
    });
  });

  test('is left out below the level', async () => {
    expect(await lines({ level: 'warn' }, (log) => log.info('message.sent'))).toEqual([]);
    expect(await lines({ level: 'silent' }, (log) => log.error('gateway.failed'))).toEqual([]);
  });

  const canary = '+15551234567';
  test.each<[string, Record<string, unknown>]>([
    ['a key', { note: 'used cm_live_Ab12Cd34_abcdefghijklmnopqrstuvwxyz0123456' }],
    ['a key in a URL', { url: '/ws?client=a&key=some-owner-key-hunter2' }],
    ['an api_key in a URL', { url: 'http://h/?api_key=hunter2-hunter2' }],
    ['a bearer header', { headers: { accept: 'x', authorization: 'Bearer hunter2-hunter2' } }],
    ['a credential in an error', { error: new Error('upgrade failed with Bearer hunter2-hunter2') }],
    ['a phone number', { peer: `sms to ${canary}` }],
    ['a phone number in a path', { path: '/simulator/phones/%2B15551234567/messages' }],
    ['a phone number deep inside', { error: new Error('x', { cause: { list: [[canary]] } }) }],
    ['a body', { message: { text: 'hunter2', parts: [{ type: 'text', value: 'hunter2' }] } }],
    ['a URL with credentials', { url: new URL('https://me:hunter2@h.example/') }],
    ['a secret told to it', { note: 'my own owner key, 24 of them' }],
  ])('never holds %s', async (_what, fields) => {
    const [line = ''] = await lines({ secrets: ['my own owner key, 24 of them'] }, (log) => log.warn('x.y', fields));
    expect(JSON.parse(line)).toMatchObject({ event: 'x.y' });
    expect(line).not.toMatch(/hunter2|5551234567|abcdefghij|my own owner key/);
  });

  test('survives a value that holds itself', async () => {
    const knot: Record<string, unknown> = {};
    knot['self'] = knot;
    expect(await lines({}, (log) => log.info('x.y', { knot }))).toHaveLength(1);
  });

  test('is coloured for a person', async () => {
    const [line = ''] = await lines({ pretty: true }, (log) => log.info('gateway.ready', { port: 1 }));
    expect(line).toContain('gateway.ready');
    expect(line.startsWith('{')).toBe(false);
  });
});

describe('the metrics page', () => {
  test('shows what was counted since the last look', async () => {
    const counters = zeroCounters();
    const metrics = createMetrics(counters);
    counters.accepted += 3;
    expect((await metrics.render()).text).toContain('\nclawgate_messages_accepted_total 3\n');
    counters.accepted += 1;
    const { text, contentType } = await metrics.render();
    expect(text).toContain('\nclawgate_messages_accepted_total 4\n');
    expect(contentType).toContain('text/plain');
  });

  test('asks its gauges at every look, and leaves out the one that throws', async () => {
    const metrics = createMetrics(zeroCounters());
    let sockets = 1;
    metrics.gauge({ name: 'clawgate_sockets', help: 'Open sockets', read: () => sockets });
    metrics.gauge({
      name: 'clawgate_queue_length',
      help: 'Queued',
      label: 'connection',
      read: async () => ({ simulator: 7 }),
    });
    metrics.gauge({ name: 'clawgate_broken', help: 'Broken', read: () => Promise.reject(new Error('no')) });
    metrics.counter({ name: 'clawgate_requests_total', help: 'Requests', label: 'status', read: () => ({ '2xx': 5 }) });
    await metrics.render();
    sockets = 2;
    const { text } = await metrics.render();
    expect(text).toContain('\nclawgate_sockets 2\n');
    expect(text).toContain('\nclawgate_queue_length{connection="simulator"} 7\n');
    expect(text).toContain('\nclawgate_requests_total{status="2xx"} 5\n');
    expect(text).not.toMatch(/^clawgate_broken \d/m);
  });

  test('adds up sizes in buckets', async () => {
    const metrics = createMetrics(zeroCounters());
    const batches = metrics.tally('clawgate_commit_batch_size', 'Items a commit', [1, 8, 64]);
    for (const size of [1, 1, 8, 9, 500]) batches.observe(size);
    const { text } = await metrics.render();
    const buckets = text.split('\n').filter((line) => line.startsWith('clawgate_commit_batch_size'));
    expect(buckets).toEqual([
      'clawgate_commit_batch_size_bucket{le="1"} 2',
      'clawgate_commit_batch_size_bucket{le="8"} 3',
      'clawgate_commit_batch_size_bucket{le="64"} 4',
      'clawgate_commit_batch_size_bucket{le="+Inf"} 5',
      'clawgate_commit_batch_size_sum 519',
      'clawgate_commit_batch_size_count 5',
    ]);
  });
});
