/**
 * The `clawgate` command: its words and their help. What a command does is in commands.ts and is loaded when it runs,
 * so that help comes at once.
 */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type * as commandsFile from './commands.ts';
import { version } from './version.ts';

type Commands = typeof commandsFile;
type Act = (commands: Commands) => Promise<number>;

/** Answers the exit code: 0, or 1 when the command failed and has said why. */
export async function run(argv: readonly string[]): Promise<number> {
  // Whoever reads only the beginning (`clawgate --help | head`) has read enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  let act: Act | undefined;
  const program = buildProgram((chosen) => (act = chosen));
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync([...argv], { from: 'user' });
    return act ? await act(await import('./commands.ts')) : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    process.stderr.write(`clawgate: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function buildProgram(choose: (act: Act) => void): Command {
  const program = new Command('clawgate')
    .description('A self-hosted messaging gateway for AI agents.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(clawgate --help shows what there is)')
    .addHelpText(
      'after',
      '\nSettings come from CLAWGATE_* variables and clawgate.config.json in the working directory.',
    );

  program
    .command('start')
    .description('start the gateway, as npm start does')
    .action(() => choose((commands) => commands.start()));
  program
    .command('demo')
    .description('watch an agent and a phone talk through a gateway of their own')
    .action(() => choose((commands) => commands.demo()));
  program
    .command('doctor')
    .description('look whether everything is as it must be, and say how to mend what is not')
    .action(() => choose((commands) => commands.doctor()));
  addStoreCommands(program, choose);
  addPhoneNetwork(program, choose);
  addXmtpNetwork(program, choose);
  return program;
}

function addStoreCommands(program: Command, choose: (act: Act) => void): void {
  program
    .command('channels')
    .description('list the connections, what they carry and how they are')
    .action(() => choose((commands) => commands.listChannels()));
  program
    .command('backup')
    .description('copy the database and the attachments into a new folder; the gateway may run meanwhile')
    .argument('<folder>', 'a new or empty folder')
    .option('--with-secrets', 'copy secrets.json too, without which no API key of the copy works')
    .action((folder: string, words: { withSecrets?: boolean }) => choose((commands) => commands.backup(folder, words)));
  program
    .command('restore')
    .description('fill an empty data folder from a backup; what waited to be sent then is not sent')
    .argument('<folder>', 'the folder that backup made')
    .action((folder: string) => choose((commands) => commands.restore(folder)));

  const accounts = program.command('accounts').description('the accounts of this gateway');
  accounts
    .command('add')
    .description('make an account and print its API key once')
    .requiredOption('--plan <plan>', 'base, growth, plus, pro or molt')
    .option('--name <name>', 'what lists call it')
    .action((words: { plan: string; name?: string }) => choose((commands) => commands.addAccount(words)));
  accounts
    .command('list')
    .description('list the accounts')
    .action(() => choose((commands) => commands.listAccounts()));

  const messages = program.command('messages').description('messages that need a person');
  messages
    .command('unknown')
    .description('list the messages whose fate nobody knows')
    .action(() => choose((commands) => commands.listUnknown()));
  messages
    .command('resolve')
    .description('decide a message whose fate is unknown')
    .addArgument(new Argument('<id>', 'the message id'))
    .addOption(
      new Option('--as <fate>', 'what became of it').choices(['sent', 'failed', 'resend']).makeOptionMandatory(),
    )
    .action((id: string, words: { as: 'sent' | 'failed' | 'resend' }) =>
      choose((commands) => commands.resolveMessage(id, words)),
    );
}

function addPhoneNetwork(program: Command, choose: (act: Act) => void): void {
  program
    .command('phone-network')
    .description('run the simulated phone network by itself, for a gateway with CLAWGATE_SIMULATOR_URL')
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--port <port>', 'the port to listen on; 0 picks a free one', portNumber, 18790)
    .option('--data <folder>', 'where it keeps its phones and messages', './data/phone-network')
    .addOption(
      new Option('--dedupe <how>', 'whether it remembers idempotency keys').choices(['key', 'none']).default('key'),
    )
    .action((words: Parameters<Commands['phoneNetwork']>[0]) => choose((commands) => commands.phoneNetwork(words)));
}

function addXmtpNetwork(program: Command, choose: (act: Act) => void): void {
  program
    .command('xmtp-network')
    .description("run an XMTP network by itself, for any XMTP client with env 'local'")
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--port <port>', 'the port to listen on; 0 picks a free one', portNumber, 5556)
    .option('--data <folder>', 'where it keeps identities and messages', './data/xmtp-network')
    .option('--publishes-per-minute <count>', 'what one address may publish; 0 is without limit', wholeNumber, 300_000)
    .option('--open-to-others', 'allow an address that other machines reach; anyone there reads whom messages are for')
    .action((words: Parameters<Commands['xmtpNetwork']>[0]) => choose((commands) => commands.xmtpNetwork(words)));
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

function portNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}
