// The XMTP driver's settings, its own network's port, and the names recipients go by.
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MemoryWallets } from '../support/wallets.ts';
import { type XmtpHome, account, never, xmtpHome } from '../support/xmtp-home.ts';

let home: XmtpHome;
beforeEach(async () => void (home = await xmtpHome()));
afterEach(() => home.leave());

describe('the network inside the gateway', () => {
  test('with its port taken is a health state that names the setting, and comes up when the port is free', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => void squatter.listen(0, '127.0.0.1', () => resolve()));
    const bound = squatter.address();
    const port = typeof bound === 'object' && bound ? bound.port : 0;
    const driver = await home.open({ env: 'embedded', apiUrl: '', listen: `127.0.0.1:${port}` });
    await driver.start();
    const down = await home.host.eventually('a report', () => home.host.healths.find(({ state }) => state === 'down'));
    expect(down).toMatchObject({ mend: expect.stringContaining('CLAWGATE_XMTP_LISTEN') as string });
    await expect(driver.provision?.(account, never)).rejects.toThrow(/not running|reached/);
    await new Promise<void>((resolve) => void squatter.close(() => resolve()));
    await home.host.eventually('a connection', () => home.host.healths.find(({ state }) => state === 'connected'));
    expect(await driver.provision?.(account, never)).toMatch(/^0x[0-9a-f]{40}$/);
  });
});

describe('settings', () => {
  test.each([
    [{ env: 'mainnet' }, 'env'],
    [{ apiUrl: 'not a url' }, 'apiUrl'],
    [{ env: 'embedded', apiUrl: 'http://127.0.0.1:5556' }, 'apiUrl'],
    [{ env: 'embedded', apiUrl: '', listen: '0.0.0.0:5556' }, 'listen'],
    [{ env: 'embedded', apiUrl: '', listen: 'nowhere' }, 'listen'],
    [{ gatewayHost: 'two words' }, 'gatewayHost'],
    [{ maxClients: '1' }, 'maxClients'],
    [{ idleMs: 'soon' }, 'idleMs'],
    [{ wallet: '0x' }, 'wallet'],
  ])('%o is refused by the name of the setting', async (options, field) => {
    await expect(home.open(options)).rejects.toMatchObject({ failure: { code: 'invalid', field } });
  });

  test('recipients are known by handle, inbox id and address, and an unknown handle is nobody', async () => {
    const driver = await home.running();
    const wallet = home.host.wallets.of(account);
    if (!wallet) throw new Error('no wallet');
    (home.host.wallets as MemoryWallets).register(account, 'ada');
    for (const name of [
      'ada',
      'Ada',
      wallet.inboxId ?? '',
      wallet.address,
      wallet.address.toUpperCase().replace('0X', '0x'),
    ]) {
      expect(driver.normalizeTarget('xmtp', name, 'to')).toBe(wallet.address);
    }
    expect(driver.normalizeTarget('xmtp', 'ab'.repeat(32), 'to')).toBe('ab'.repeat(32));
    expect(() => driver.normalizeTarget('xmtp', 'nobody', 'to[2]')).toThrow(/to\[2\] .*nobody/);
  });

  test('a handle that begins like an address is a handle', async () => {
    const driver = await home.running();
    (home.host.wallets as MemoryWallets).register(account, '0xada');
    expect(driver.normalizeTarget('xmtp', '0xAda', 'to')).toBe(home.host.wallets.of(account)?.address);
    expect(() => driver.normalizeTarget('xmtp', '0x5290', 'to')).toThrow(/to .*0x5290/);
  });
});
