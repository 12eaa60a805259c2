/**
 * `clawgate doctor`: everything that must be so for the gateway to run here, looked at one by one, each with its mend.
 * It changes nothing. Broken things make it fail; what works but deserves a look is a warning.
 */
import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { Config } from '#config/config.ts';
import { ConfigError } from '#config/fault.ts';
import { dataFolder, type DataFolder } from '#config/data-folder.ts';
import type { WrappedWallet } from '#ports/store/molts.ts';
import { readConfig } from './ask.ts';
import { callControl } from './control.ts';
import type { DeskAnswers } from './desk.ts';
import { runningWallets, storedWallets } from './doctor-wallets.ts';
import { broken, ok, warning, type Finding } from './finding.ts';
import { bytesText } from './say.ts';

type Running = DeskAnswers['status'] | undefined;

const oldestNode = 24;
const [fewBytes, tooFewBytes] = [1024 ** 3, 100 * 1024 ** 2];

/** Findings as they are made: the later ones may take a moment. */
export async function* examine(): AsyncGenerator<Finding> {
  yield node();
  let config: Config;
  try {
    config = await readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { name, problem, mend } of error.faults) yield broken('configuration', `${name} ${problem}`, mend);
    return;
  }
  yield ok('configuration', `every setting is understood; data in ${config.dataDir}`);
  const folder = dataFolder(config.dataDir);
  yield* folders(folder);
  yield await disk(folder);
  const running = await gateway(config);
  yield running.finding;
  const looked = await database(config, folder, running.status);
  yield looked.finding;
  yield await port(config, running.status);
  yield* connections(config, running.status);
  yield* bindings(config);
  if (running.status?.wallets) yield* runningWallets(running.status.wallets);
  else if (looked.wallets) yield* storedWallets(config, folder, looked.wallets);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function node(): Finding {
  const { node: current } = process.versions;
  if (Number.parseInt(current, 10) >= oldestNode) return ok('Node', current);
  return broken('Node', `${current} is too old`, `Run npm install here: it brings Node ${oldestNode} along`);
}

async function* folders({ root, secrets }: DataFolder): AsyncGenerator<Finding> {
  const found = await stat(root).catch(() => undefined);
  if (!found) {
    const parent = await nearestFolder(root);
    const writable = await access(parent, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (writable) yield ok('data folder', 'not there yet; the first start makes it');
    else yield broken('data folder', `${root} cannot be made`, `Give this user the right to write in ${parent}`);
    return;
  }
  if (!found.isDirectory()) yield broken('data folder', `${root} is no folder`, 'Move the file away');
  else if (
    !(await access(root, constants.R_OK | constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    ))
  ) {
    yield broken('data folder', `${root} cannot be written`, `Give it to this user: chown -R "$USER" ${root}`);
  } else if ((found.mode & 0o077) !== 0) {
    yield warning('data folder', 'others on this machine can look into it', `chmod 700 ${root}`);
  } else yield ok('data folder', 'private and writable');
  const file = await stat(secrets).catch(() => undefined);
  if (file && (file.mode & 0o077) !== 0) yield broken('secrets', 'others can read them', `chmod 600 ${secrets}`);
  else if (file) yield ok('secrets', 'readable by this user alone');
}

async function nearestFolder(path: string): Promise<string> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (folder === dirname(folder) || (await stat(folder).catch(() => undefined))) return folder;
  }
}

async function disk({ root }: DataFolder): Promise<Finding> {
  const { bavail, bsize } = await statfs(await nearestFolder(`${root}/x`));
  const free = bavail * bsize;
  const detail = `${bytesText(free)} free`;
  if (free < tooFewBytes) return broken('disk', detail, 'Make room: a full disk refuses every message');
  return free < fewBytes ? warning('disk', detail, 'Make room soon') : ok('disk', detail);
}

async function gateway(config: Config): Promise<{ finding: Finding; status: Running }> {
  try {
    const called = await callControl(config.dataDir, { command: 'status' });
    if (!called) return { finding: ok('gateway', 'not running on this data folder'), status: undefined };
    const { url, pid, version } = called.answer;
    return {
      finding: ok('gateway', `${version} runs at ${url ?? 'an unknown address'} (pid ${pid})`),
      status: called.answer,
    };
  } catch (error) {
    const mend = 'Look at its log; run this as the user the gateway runs as';
    return { finding: broken('gateway', messageOf(error), mend), status: undefined };
  }
}

interface Looked {
  readonly finding: Finding;
  /** Where it was read here. */
  readonly wallets?: readonly WrappedWallet[];
}

async function database({ databaseUrl }: Config, { database: file }: DataFolder, running: Running): Promise<Looked> {
  if (running) {
    if (running.databaseFault === null) return { finding: ok('database', 'the running gateway reads and writes it') };
    const look = databaseUrl === null ? 'the disk' : 'the PostgreSQL server';
    return { finding: broken('database', running.databaseFault, `Look at ${look}, then restart the gateway`) };
  }
  if (databaseUrl !== null) return postgres(databaseUrl);
  if (!(await stat(file).catch(() => undefined)))
    return { finding: ok('database', 'not there yet; the first start makes it') };
  const { examineSqlite } = await import('#store/sqlite/examine.ts');
  try {
    const { pending, wallets } = examineSqlite(file);
    const state = pending === 0 ? 'whole and of this version' : 'whole; the next start copies and upgrades it';
    return { finding: ok('database', state), wallets };
  } catch (error) {
    const mend = 'Do as the message says; clawgate restore brings back a backup';
    return { finding: broken('database', messageOf(error), mend) };
  }
}

async function postgres(url: string): Promise<Looked> {
  const { examinePostgres } = await import('#store/postgres/examine.ts');
  try {
    const { version, pending, wallets } = await examinePostgres(url);
    const state = pending === 0 ? 'of this version' : 'the next start makes or upgrades its tables';
    return { finding: ok('database', `PostgreSQL ${version} answers; ${state}`), wallets };
  } catch (error) {
    const mend = 'Start the server, or mend CLAWGATE_DATABASE_URL: postgres://user:password@host:5432/name';
    return { finding: broken('database', messageOf(error), mend) };
  }
}

async function port(config: Config, running: Running): Promise<Finding> {
  const place = `${config.host}:${config.port}`;
  const isOurs = running?.url !== undefined && running.url !== null;
  if (config.port === 0) return ok('port', 'any free one');
  const fault = await tryToListen(config.host, config.port);
  if (fault === null) return ok('port', `${place} is free`);
  if (fault.code === 'EADDRINUSE' && isOurs) return ok('port', `${place} is in use, as it should be: the gateway runs`);
  const mends: Record<string, string> = {
    EADDRINUSE: 'Stop the program that uses it, or set CLAWGATE_PORT to another port',
    EACCES: 'Set CLAWGATE_PORT to 1024 or above, or put a proxy in front',
    EADDRNOTAVAIL: 'Set CLAWGATE_HOST to an address of this machine',
  };
  return broken(
    'port',
    `${place} cannot be had (${fault.message})`,
    mends[fault.code ?? ''] ?? 'Check CLAWGATE_HOST and CLAWGATE_PORT',
  );
}

function tryToListen(host: string, portNumber: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port: portNumber, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

async function* connections(config: Config, running: Running): AsyncGenerator<Finding> {
  if (running) {
    for (const { id, channels, state, error, mend, unknown } of running.connections) {
      const what = `connection ${id}`;
      if (state !== 'connected')
        yield broken(what, `${state}${error ? `: ${error}` : ''}`, mend ?? 'Wait a moment; it tries again by itself');
      else if (unknown > 0)
        yield warning(
          what,
          `${unknown} messages of unknown fate`,
          'clawgate messages unknown lists them, clawgate messages resolve decides them',
        );
      else yield ok(what, `connected; carries ${channels.join(', ')}`);
    }
    return;
  }
  const { isDriverName } = await import('#channels/index.ts');
  for (const { id, driver, channels } of config.connections) {
    const carries = `carries ${channels.join(', ')} with ${driver}`;
    if (isDriverName(driver)) yield ok(`connection ${id}`, `configured; ${carries}`);
    else
      yield warning(
        `connection ${id}`,
        `${carries}, which this version does not have`,
        'Leave it out of CLAWGATE_CHANNELS',
      );
  }
}

/** What a driver needs of this machine beside the network. */
async function* bindings(config: Config): AsyncGenerator<Finding> {
  if (!config.connections.some(({ driver }) => driver === 'xmtp')) return;
  const { examineBinding } = await import('#channels/xmtp/load.ts');
  const report = await examineBinding();
  if (report.state === 'unusable') yield warning('XMTP library', report.detail, report.mend);
  else yield ok('XMTP library', report.detail);
}
