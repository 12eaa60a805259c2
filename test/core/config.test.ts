// A configuration is refused whole, with every fault named and its mend, or it is used whole. The editor's schema is
// held to the same settings.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configFileName, loadConfig } from '#config/config.ts';
import { envName, settings, type SettingKey } from '#config/env.ts';
import { ConfigError, type Fault } from '#config/fault.ts';

let dir = '';
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'clawgate-config-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const load = (env: Record<string, string>, drivers?: readonly string[]) => loadConfig(env, dir, drivers);
const writeFile = (value: unknown) => writeFileSync(join(dir, configFileName), JSON.stringify(value));

function faultsOf(env: Record<string, string>, drivers?: readonly string[]): readonly Fault[] {
  try {
    load(env, drivers);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('without any setting', () => {
  test('the gateway listens on loopback and the simulator carries the phone channels', () => {
    const config = load({ PATH: '/bin' });
    expect(config).toMatchObject({ host: '127.0.0.1', port: 18789, isLoopback: true, publicUrl: null, ownerKey: null });
    expect(config).toMatchObject({
      dataDir: join(dir, 'data'),
      defaultChannel: 'imessage',
      outbound: 'open',
      limits: true,
    });
    expect(config.connections).toEqual([
      { id: 'simulator', driver: 'simulator', channels: ['imessage', 'rcs', 'sms'], account: null, options: {} },
    ]);
  });

  test('XMTP carries its channel where its driver is there', () => {
    const xmtpOf = (drivers: readonly string[]) => load({}, drivers).connections.find(({ id }) => id === 'xmtp');
    expect(xmtpOf(['simulator', 'xmtp'])).toEqual({
      id: 'xmtp',
      driver: 'xmtp',
      channels: ['xmtp'],
      account: null,
      options: { env: 'embedded', listen: '127.0.0.1:5556' },
    });
    expect(xmtpOf(['simulator'])).toBeUndefined();
  });
});

describe('an unknown setting', () => {
  test('stops the start and says which one was probably meant', () => {
    expect(faultsOf({ CLAWGATE_PROT: '1' })).toEqual([
      {
        name: 'CLAWGATE_PROT',
        problem: expect.stringContaining('CLAWGATE_PORT') as string,
        mend: 'Write CLAWGATE_PORT',
      },
    ]);
    expect(faultsOf({ CLAWGATE_OWNERKEY: 'x' })[0]?.mend).toBe('Write CLAWGATE_OWNER_KEY');
  });

  test('stops the start though it resembles nothing, and never shows its value', () => {
    const [fault] = faultsOf({ CLAWGATE_FAVOURITE_COLOUR: 'hunter2' });
    expect(fault?.mend).toBe('Take it out of the environment');
    expect(JSON.stringify(fault)).not.toContain('hunter2');
  });

  test('in the file stops the start too', () => {
    writeFile({ prot: 1 });
    expect(faultsOf({})).toEqual([expect.objectContaining({ name: 'prot', mend: 'Write port' })]);
  });
});

describe('a setting whose room is not built yet', () => {
  test.each(['NATS_URL', 'JWKS_URL', 'JWT_ISSUER', 'AUTHORIZED_PARTIES'])(
    'is refused as not in this version: CLAWGATE_%s',
    (name) => {
      const [fault] = faultsOf({ [`CLAWGATE_${name}`]: 'anything' });
      expect(fault).toMatchObject({
        name: `CLAWGATE_${name}`,
        problem: expect.stringContaining('not in this version') as string,
      });
    },
  );

  test('is accepted when it belongs to XMTP', () => {
    const env = {
      CLAWGATE_CHANNELS: 'imessage=simulator,xmtp=xmtp',
      CLAWGATE_XMTP_ENV: 'dev',
      CLAWGATE_XMTP_API_URL: 'https://xmtp.example',
      CLAWGATE_XMTP_GATEWAY_HOST: 'https://payer.example',
      CLAWGATE_XMTP_LISTEN: '127.0.0.1:0',
    };
    expect(load(env, ['simulator', 'xmtp']).xmtp).toMatchObject({ env: 'dev', listen: { host: '127.0.0.1', port: 0 } });
  });
});

describe('a bad value', () => {
  test.each([
    ['PORT', '70000'],
    ['PORT', '80a'],
    ['HOST', 'not a host'],
    ['HOST', '1.2.3'],
    ['PUBLIC_URL', 'ftp://gateway.example'],
    ['PUBLIC_URL', 'gateway.example'],
    ['CHANNELS', 'imesage=simulator'],
    ['CHANNELS', 'imessage'],
    ['CHANNELS', 'sms=simulator,sms=simulator'],
    ['DEFAULT_CHANNEL', 'telegram'],
    ['DEFAULT_CHANNEL', 'iMessage'],
    ['OWNER_KEY', 'twenty-three-characters'],
    ['PRIVATE_TARGETS', '10.0.0.0/33'],
    ['PRIVATE_TARGETS', '10.0.0.0/8,intranet'],
    ['TRUSTED_PROXIES', 'fd00::/129'],
    ['OUTBOUND', 'closed'],
    ['RETENTION_DAYS', '0'],
    ['LIMITS', 'none'],
    ['LOG_LEVEL', 'verbose'],
    ['XMTP_ENV', 'staging'],
    ['XMTP_LISTEN', '5556'],
    ['SIMULATOR_URL', 'localhost'],
    ['SIMULATOR_DEDUPE', 'window'],
    ['MASTER_KEY', 'ab'.repeat(31)],
    ['MASTER_KEY', `${'ab'.repeat(32)},short`],
    ['MASTER_KEY', ','],
    ['MASTER_KEY', 'x'.repeat(45)],
    ['SIGNUP', 'closed'],
  ])('is refused with its name and a mend: CLAWGATE_%s=%s', (name, value) => {
    const faults = faultsOf({ [`CLAWGATE_${name}`]: value });
    expect(faults).toEqual([
      {
        name: `CLAWGATE_${name}`,
        problem: expect.any(String) as string,
        mend: expect.stringMatching(/\w{4}/) as string,
      },
    ]);
  });

  test('does not hide the next one: all are reported at once', () => {
    const faults = faultsOf({
      CLAWGATE_PORT: 'x',
      CLAWGATE_LOG_LEVEL: 'loud',
      CLAWGATE_NATS_URL: 'nats://n',
      CLAWGATE_HOTS: 'y',
    });
    expect(faults.map(({ name }) => name).toSorted()).toEqual([
      'CLAWGATE_HOTS',
      'CLAWGATE_LOG_LEVEL',
      'CLAWGATE_NATS_URL',
      'CLAWGATE_PORT',
    ]);
  });

  test('is shown unless it is a secret', () => {
    expect(faultsOf({ CLAWGATE_PORT: '80a' })[0]?.problem).toContain('80a');
    const secrets = {
      CLAWGATE_OWNER_KEY: 'hunter2',
      CLAWGATE_DATABASE_URL: 'postgres://u:hunter2@h/d',
      CLAWGATE_MASTER_KEY: 'hunter2',
    };
    expect(JSON.stringify(faultsOf(secrets))).not.toContain('hunter2');
    expect(JSON.stringify(faultsOf({ CLAWGATE_PUBLIC_URL: 'https://me:hunter2@gateway.example' }))).not.toContain(
      'hunter2',
    );
  });

  test('names the driver that was probably meant', () => {
    expect(faultsOf({ CLAWGATE_CHANNELS: 'sms=simulater' }, ['simulator'])[0]?.problem).toContain(
      'did you mean simulator',
    );
  });
});

describe('request limits', () => {
  test('may be lifted on loopback only', () => {
    expect(load({ CLAWGATE_LIMITS: 'off' }).limits).toBe(false);
    expect(load({ CLAWGATE_LIMITS: 'off', CLAWGATE_HOST: '::1' }).limits).toBe(false);
    expect(faultsOf({ CLAWGATE_LIMITS: 'off', CLAWGATE_HOST: '0.0.0.0' })[0]?.name).toBe('CLAWGATE_LIMITS');
  });
});

describe('an owner key', () => {
  test('may be any 24 characters', () => {
    const ownerKey = 'my own key, not cm_live_!';
    expect(load({ CLAWGATE_OWNER_KEY: ownerKey }).ownerKey).toBe(ownerKey);
  });
});

describe('a master key', () => {
  const key = Buffer.alloc(32, 0xfb);
  const keysOf = (text: string) => load({ CLAWGATE_MASTER_KEY: text }).masterKeys.map((each) => Buffer.from(each));

  test.each(['hex', 'base64', 'base64url'] as const)('may be written in %s', (spelling) => {
    expect(keysOf(key.toString(spelling))).toEqual([key]);
    expect(keysOf(key.toString(spelling).replace('=', ''))).toEqual([key]);
  });

  test('may be followed by those of before, and is generated when there is none', () => {
    const before = Buffer.alloc(32, 7);
    expect(keysOf(`${key.toString('hex').toUpperCase()}, ${before.toString('base64')}`)).toEqual([key, before]);
    writeFile({ masterKey: [key.toString('hex'), before.toString('hex')] });
    expect(load({}).masterKeys.map((each) => Buffer.from(each))).toEqual([key, before]);
    writeFile({});
    expect(load({}).masterKeys).toEqual([]);
  });
});

describe('sign-up', () => {
  test('is open where only this machine is let in, and by invitation elsewhere', () => {
    expect(load({}).signup).toBe('open');
    expect(load({ CLAWGATE_HOST: '::1', CLAWGATE_PUBLIC_URL: 'http://localhost:18789' }).signup).toBe('open');
    expect(load({ CLAWGATE_PUBLIC_URL: 'http://[::1]:1' }).signup).toBe('open');
    expect(load({ CLAWGATE_PUBLIC_URL: 'https://gateway.example' }).signup).toBe('invite');
    expect(load({ CLAWGATE_HOST: '0.0.0.0' }).signup).toBe('invite');
    expect(load({ CLAWGATE_HOST: '0.0.0.0', CLAWGATE_SIGNUP: 'open' }).signup).toBe('open');
    expect(load({ CLAWGATE_SIGNUP: 'off' }).signup).toBe('off');
  });
});

describe('the XMTP settings', () => {
  test('are options of the connections whose driver it is, and what a connection says for itself wins', () => {
    writeFile({
      connections: {
        public: { driver: 'xmtp', channels: ['xmtp'], options: { env: 'production' } },
        acme: { driver: 'simulator', channels: ['sms'] },
      },
    });
    const optionsOf = (env: Record<string, string>) =>
      Object.fromEntries(load(env).connections.map(({ id, options }) => [id, options]));
    expect(optionsOf({ CLAWGATE_CHANNELS: 'xmtp=xmtp' })).toEqual({
      xmtp: { env: 'embedded', listen: '127.0.0.1:5556' },
      public: { env: 'production', listen: '127.0.0.1:5556' },
      acme: {},
    });
    const all = {
      CLAWGATE_CHANNELS: 'xmtp=xmtp',
      CLAWGATE_XMTP_ENV: 'dev',
      CLAWGATE_XMTP_API_URL: 'https://xmtp.example',
      CLAWGATE_XMTP_GATEWAY_HOST: 'https://payer.example',
      CLAWGATE_XMTP_LISTEN: '[::1]:0',
    };
    expect(optionsOf(all)['xmtp']).toEqual({
      env: 'dev',
      apiUrl: 'https://xmtp.example',
      gatewayHost: 'https://payer.example',
      listen: '[::1]:0',
    });
  });
});

describe('the file', () => {
  test('says what the environment does not', () => {
    writeFile({ $schema: 'x', port: 4000, logLevel: 'warn', limits: false, privateTargets: ['10.0.0.0/8', 'fd00::1'] });
    const config = load({ CLAWGATE_PORT: '5000' });
    expect(config).toMatchObject({
      port: 5000,
      logLevel: 'warn',
      limits: false,
      privateTargets: ['10.0.0.0/8', 'fd00::1'],
    });
  });

  test('names connections, and the channel setting may name them', () => {
    writeFile({
      channels: { imessage: 'acme', sms: 'simulator' },
      connections: {
        acme: { driver: 'simulator', channels: ['rcs'], options: { line: '+15550001', paced: true } },
        ours: { driver: 'simulator', channels: ['sms'], account: 'acc_1' },
      },
    });
    expect(load({ CLAWGATE_SIMULATOR_DEDUPE: 'none' }).connections).toEqual([
      {
        id: 'acme',
        driver: 'simulator',
        channels: ['rcs', 'imessage'],
        account: null,
        options: { dedupe: 'none', line: '+15550001', paced: 'true' },
      },
      { id: 'simulator', driver: 'simulator', channels: ['sms'], account: null, options: { dedupe: 'none' } },
      { id: 'ours', driver: 'simulator', channels: ['sms'], account: 'acc_1', options: { dedupe: 'none' } },
    ]);
  });

  test('keeps the default driver off the channels that its shared connections carry', () => {
    writeFile({ connections: { acme: { driver: 'simulator', channels: ['sms'] } } });
    expect(load({}).connections.map(({ id, channels }) => [id, channels])).toEqual([
      ['simulator', ['imessage', 'rcs']],
      ['acme', ['sms']],
    ]);
  });

  test('is refused where a connection carries nothing', () => {
    writeFile({ connections: { acme: { driver: 'simulator' } } });
    expect(faultsOf({})).toEqual([
      expect.objectContaining({ name: 'connections.acme', problem: 'carries no channel' }),
    ]);
    writeFile({ channels: { sms: 'acme' }, connections: { acme: { driver: 'simulator' } } });
    expect(load({}).connections.map(({ id }) => id)).toEqual(['acme']);
  });

  test('is refused where a connection is not understood', () => {
    writeFile({
      connections: { acme: { driver: 7, chanels: [] }, Bad: { driver: 'simulator', options: { deep: {} } } },
    });
    expect(faultsOf({}).map(({ name }) => name)).toEqual([
      'connections.acme.chanels',
      'connections.acme.driver',
      'connections.Bad',
      'connections.Bad.options',
    ]);
  });

  test('is refused when it is not JSON, without repeating what it holds', () => {
    writeFileSync(join(dir, configFileName), '{"ownerKey": "hunter2-hunter2-hunter2-hunter2",}');
    const [fault] = faultsOf({});
    expect(fault?.name).toBe(configFileName);
    expect(JSON.stringify(fault)).not.toContain('hunter2');
  });
});

describe('the schema for editors', () => {
  const schema = JSON.parse(readFileSync('src/config/config.schema.json', 'utf8')) as {
    properties: Record<string, unknown>;
  };
  const keys = Object.keys(settings) as SettingKey[];

  test('names exactly the settings of this version', () => {
    const usable = keys.filter((key) => !('waitsFor' in settings[key]));
    expect(Object.keys(schema.properties).toSorted()).toEqual([...usable, '$schema', 'connections'].toSorted());
  });

  test('accepts a file that the gateway accepts, and refuses one it refuses', () => {
    const valid = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    expect(valid({ port: 0, channels: { sms: 'simulator' }, connections: { a: { driver: 'simulator' } } })).toBe(true);
    expect(valid({ port: 70000 })).toBe(false);
    expect(valid({ prot: 1 })).toBe(false);
  });

  test('spells settings as the environment does, in its own manner', () => {
    expect(keys.map(envName)).toContain('CLAWGATE_XMTP_GATEWAY_HOST');
    expect(envName('authorizedParties')).toBe('CLAWGATE_AUTHORIZED_PARTIES');
  });
});
