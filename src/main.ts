/**
 * A run: the environment becomes a configuration, the configuration a running gateway, and a signal its end.
 */
import { flushCompileCache } from 'node:module';
import { loadConfig } from '#config/config.ts';
import { ConfigError } from '#config/fault.ts';
import { drivers } from '#channels/index.ts';
import { banner } from '#cli/banner.ts';
import { startGateway } from './gateway.ts';

/** Resolves when the gateway is ready; the process then lives until a signal. Sets the exit code when it cannot start. */
export async function main(): Promise<void> {
  // What this process writes is its owner's alone.
  process.umask(0o077);
  try {
    const config = loadConfig(process.env, process.cwd(), Object.keys(drivers));
    const gateway = await startGateway({ config });
    process.stdout.write(banner(gateway, process.stdout.isTTY));
    const stop = (): void => void gateway.stop().then(() => process.exit(0));
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    // Node would keep it at an orderly exit, which not every gateway comes to.
    flushCompileCache();
  } catch (error) {
    const message = error instanceof ConfigError || error instanceof Error ? error.message : 'unknown fault';
    process.stderr.write(`Clawgate cannot start: ${message}\n`);
    process.exitCode = 1;
  }
}

await main();
