/**
 * What each command does, once its words are understood: ask, then say the answer. Every command answers its exit code;
 * whatever it throws is said in one line by cli.ts.
 */
import { join, resolve } from 'node:path';
import { isPlan, plans } from '#core/plan.ts';
import type { Resolution } from '#ports/store/outbound.ts';
import { shownUnknowns } from './desk.ts';
import { ask, readConfig } from './ask.ts';
import { callControl } from './control.ts';
import { answer, bytesText, note, paced, styled, table } from './say.ts';

export async function start(): Promise<number> {
  // It runs by being read, as `npm start` reads it; the process then lives until a signal.
  await import('../main.ts');
  return Number(process.exitCode ?? 0);
}

export async function demo(): Promise<number> {
  const { runDemo } = await import('./demo.ts');
  return runDemo();
}

export async function addAccount({ plan, name }: { plan: string; name?: string }): Promise<number> {
  if (!isPlan(plan)) {
    note(`clawgate: there is no plan ${plan}; plans are ${Object.keys(plans).join(', ')}`);
    return 1;
  }
  const made = await ask(await readConfig(), { command: 'accounts.add', plan, name: name ?? plan });
  note(`Account ${made.account.id} (${made.account.plan}). Its API key, shown this one time:`);
  answer(made.key);
  return 0;
}

export async function listAccounts(): Promise<number> {
  const accounts = await ask(await readConfig(), { command: 'accounts.list' });
  const rows = accounts.map(({ id, kind, plan, state, name, createdAtMs }) => {
    return [id, kind, plan, state, new Date(createdAtMs).toISOString().slice(0, 10), name];
  });
  answer(table([['ID', 'KIND', 'PLAN', 'STATE', 'SINCE', 'NAME'], ...rows]));
  return 0;
}

export async function listChannels(): Promise<number> {
  const config = await readConfig();
  const status = (await callControl(config.dataDir, { command: 'status' }))?.answer;
  if (!status) {
    note('The gateway is not running; this is what is configured.');
    const rows = config.connections.map(({ id, driver, channels }) => [id, driver, channels.join(',')]);
    answer(table([['CONNECTION', 'DRIVER', 'CHANNELS'], ...rows]));
    return 0;
  }
  const rows = status.connections.map((line) => {
    const queue = `${line.queued} queued, ${line.unknown} unknown`;
    return [line.id, line.driver, line.channels.join(','), line.state, line.lines.join(','), queue];
  });
  answer(table([['CONNECTION', 'DRIVER', 'CHANNELS', 'STATE', 'LINES', 'WAITING'], ...rows]));
  for (const { id, error, mend } of status.connections) if (error) note(`${id}: ${error}. ${mend ?? ''}`);
  return status.connections.every(({ state }) => state === 'connected') ? 0 : 1;
}

export async function listUnknown(): Promise<number> {
  const unknowns = await ask(await readConfig(), { command: 'messages.unknown' });
  if (unknowns.length === 0) {
    note('Of every message it is known what became of it.');
    return 0;
  }
  const rows = unknowns.map(({ message, conversation, connection, sinceMs, error }) => {
    return [message, conversation, connection, new Date(sinceMs).toISOString(), error ?? ''];
  });
  answer(table([['MESSAGE', 'CHAT', 'CONNECTION', 'SINCE', 'WHY'], ...rows]));
  note('Decide each with `clawgate messages resolve ID --as sent|failed|resend`.');
  if (unknowns.length === shownUnknowns) note(`These are the oldest ${shownUnknowns}; there may be more.`);
  return 0;
}

export async function resolveMessage(message: string, { as }: { as: Resolution }): Promise<number> {
  const { status } = await ask(await readConfig(), { command: 'messages.resolve', message, as });
  answer(`${message} is now ${status}`);
  return 0;
}

export async function backup(folder: string, { withSecrets = false }: { withSecrets?: boolean }): Promise<number> {
  const request = { command: 'backup' as const, target: resolve(folder), withSecrets };
  const report = await ask(await readConfig(), request, paced(note));
  answer(`${report.files} files, ${bytesText(report.bytes)}, in ${report.target}`);
  note(
    report.withSecrets
      ? 'It holds the secrets of this gateway: whoever has it can sign media links, test guesses of keys, and open the wallets that no CLAWGATE_MASTER_KEY wraps. Keep it safe.'
      : 'It holds no secrets: restored without secrets.json, every API key has to be made anew, and wallets that no CLAWGATE_MASTER_KEY wraps stay locked (--with-secrets adds it).',
  );
  return 0;
}

export async function restore(folder: string): Promise<number> {
  const config = await readConfig();
  if (config.databaseUrl !== null) {
    throw new Error(
      'Messages are kept in PostgreSQL (CLAWGATE_DATABASE_URL): restore a dump with pg_restore, and put the folder media and the file secrets.json back into the data folder. A restored copy sends nothing by itself: the next start notices.',
    );
  }
  const [{ restoreBackup }, { prepareRestored }, { createSystemRuntime }, { dataFolder }] = await Promise.all([
    import('./backup.ts'),
    import('#store/sqlite/restore.ts'),
    import('#runtime/system.ts'),
    import('#config/data-folder.ts'),
  ]);
  const { clock } = createSystemRuntime();
  const prepare = (file: string) => prepareRestored(file, clock);
  const report = await restoreBackup({ folder: dataFolder(config.dataDir), prepare }, folder, paced(note));
  answer(`Restored ${report.files} files as of ${report.madeAt} into ${config.dataDir}`);
  const { held } = report.prepared;
  if (held > 0) {
    note(
      `${held} messages waited to be sent then, and may have been sent since. They are unknown now and go nowhere by`,
    );
    note('themselves: decide each with `clawgate messages resolve ID --as sent|failed|resend`.');
  }
  if (!report.withSecrets)
    note('The backup has no secrets: the next start prints a new owner key, and older keys no longer work.');
  return 0;
}

export async function doctor(): Promise<number> {
  const { examine } = await import('./doctor.ts');
  const marks = { ok: styled('green', '✓'), warning: styled('yellow', '!'), broken: styled('red', '✗') };
  let isBroken = false;
  for await (const { what, state, detail, mend } of examine()) {
    answer(`${marks[state]} ${what.padEnd(22)} ${detail}`);
    if (mend) answer(`  ${' '.repeat(22)} ${styled('dim', `→ ${mend}`)}`);
    if (state === 'broken') isBroken = true;
  }
  return isBroken ? 1 : 0;
}

export interface PhoneNetworkWords {
  readonly host: string;
  readonly port: number;
  readonly data: string;
  readonly dedupe: 'key' | 'none';
}

/** Resolves when a signal has ended the network. */
export async function phoneNetwork({ host, port, data, dedupe }: PhoneNetworkWords): Promise<number> {
  const { servePhoneNetwork } = await import('#channels/simulator/network/serve.ts');
  const { log, runtime, ended } = await standAlone();
  const network = await servePhoneNetwork({ host, port, dataDir: resolve(data), dedupe, log, runtime });
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${network.port}`;
  const settings = `CLAWGATE_SIMULATOR_URL=${url}${dedupe === 'none' ? ' CLAWGATE_SIMULATOR_DEDUPE=none' : ''}`;
  answer(`The phone network is at ${url}; start the gateway with ${settings}`);
  await ended;
  await network.close();
  return 0;
}

export interface XmtpNetworkWords {
  readonly host: string;
  readonly port: number;
  readonly data: string;
  /** 0 is without limit. */
  readonly publishesPerMinute: number;
  readonly openToOthers?: boolean;
}

/** Resolves when a signal has ended the network. */
export async function xmtpNetwork(words: XmtpNetworkWords): Promise<number> {
  const { createXmtpNetwork } = await import('#channels/xmtp/network/network.ts');
  const { log, runtime, ended } = await standAlone();
  const network = await createXmtpNetwork({
    file: join(resolve(words.data), 'network.sqlite'),
    host: words.host,
    port: words.port,
    publishesPerMinute: words.publishesPerMinute || null,
    isOpenToOthers: words.openToOthers ?? false,
    log,
    runtime,
  });
  answer(`The XMTP network is at ${network.url}; clients take env: 'local' and apiUrl: '${network.url}'`);
  await ended;
  await network.close();
  return 0;
}

/** What a network without a gateway runs on. */
async function standAlone() {
  const [{ openLog }, { createSystemRuntime }] = await Promise.all([
    import('#telemetry/log.ts'),
    import('#runtime/system.ts'),
  ]);
  const log = await openLog({ level: 'info' });
  const ended = new Promise<void>((end) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => end());
  });
  return { log, runtime: createSystemRuntime(), ended };
}
