// Files by link: fetched where the operator's setting lets them be, and sent as the link where it does not.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSink, type Sink } from '../support/sink.ts';
import { type XmtpHome, chunk, dmTo, never, xmtpHome } from '../support/xmtp-home.ts';

let home: XmtpHome;
let server: Sink;
beforeEach(async () => void ([home, server] = [await xmtpHome(), await openSink()]));
afterEach(() => Promise.all([home.leave(), server.close()]));

test.each([
  ['an address nobody opened', [], false, 'text'],
  ["an address of the operator's choice", ['127.0.0.1/32'], false, 'attachment'],
  ["the gateway's own port there", ['127.0.0.1/32'], true, 'text'],
])('a file at %s', async (_where, privateTargets, isOwn, sentAs) => {
  const { url } = server;
  const targets = { privateTargets, ownPorts: () => (isOwn ? [Number(new URL(url).port)] : []) };
  const driver = await home.running({}, { targets });
  const ann = await home.person();
  const [body = ''] = driver.render('xmtp', { parts: [{ type: 'media', url }], replyTo: null });
  const receipts = await driver.send(dmTo(driver, ann.address), [{ ...chunk(driver, 'file'), body }], never);
  expect(receipts).toMatchObject([{ outcome: 'accepted' }]);
  await ann.client.conversations.syncAll();
  const messages = (await ann.client.conversations.getDmByInboxId(home.inboxOf())?.messages()) ?? [];
  const sent = messages.filter(({ senderInboxId }) => senderInboxId === home.inboxOf());
  expect(sent.map(({ contentType }) => contentType.typeId)).toContain(sentAs);
  expect(sent.some(({ content }) => content === url)).toBe(sentAs === 'text');
});
