/**
 * The log: one JSON object a line on stderr, `{level, time, event, …}`, or coloured lines where a person watches.
 * Every field passes the scrub first. Lines are written at once, so the last one before a crash is there.
 */
import { pino, type DestinationStream } from 'pino';
import type { Log } from '#ports/runtime.ts';
import { createScrub } from './scrub.ts';

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Texts that must never stand in a line though no pattern gives them away. */
  readonly secrets?: readonly string[];
  /** Where lines go; stderr without it. */
  readonly destination?: DestinationStream;
  /** Coloured lines for a person; by default, when stderr is a terminal and no destination is given. */
  readonly pretty?: boolean;
}

export async function openLog(options: LogOptions): Promise<Log> {
  const isPretty = options.pretty ?? (options.destination === undefined && process.stderr.isTTY);
  const destination = isPretty
    ? await prettyStream(options.destination)
    : (options.destination ?? pino.destination({ dest: 2, sync: true }));
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    destination,
  );
  const scrub = createScrub(options.secrets);
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (event: string, fields?: Record<string, unknown>): void => {
      if (!logger.isLevelEnabled(level)) return;
      if (fields) logger[level](scrub(fields), event);
      else logger[level](event);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** Loaded only for a person's eyes: it costs more than the rest of the log. */
async function prettyStream(destination: DestinationStream | undefined): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const colour = prettyFactory({
    colorize: true,
    messageKey: 'event',
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
  const target = destination ?? process.stderr;
  return { write: (line) => void target.write(colour(line)) };
}
