import type { Result } from '../../../shared/result.ts';
import { speakErrorsAt } from '../../../shared/words/describe-error.ts';
import type { Engine } from '../../engine-types.ts';
import { BadArguments, checkOperands, checkOptions, parseCommandLine } from './arguments.ts';
import { audit } from './audit.ts';
import { location, mb, rb } from './buckets.ts';
import { sayError, type Command, type CommandContext, type ExitCode } from './command.ts';
import { connections } from './connections.ts';
import { cp, mv } from './copy.ts';
import type { CommandIo } from './io.ts';
import { ls } from './list.ts';
import { presign, rm, stat } from './objects.ts';
import { rules } from './rules.ts';
import { run } from './run.ts';
import { serve } from './serve.ts';
import { checkConnectionOptions, openSession, type Session } from './session.ts';
import { tags } from './tags.ts';
import { transfers } from './transfers.ts';
import { restore, versions } from './versions.ts';

const commands: readonly Command[] = [
  cp,
  mv,
  ls,
  rm,
  mb,
  rb,
  presign,
  location,
  stat,
  tags,
  versions,
  restore,
  connections,
  transfers,
  rules,
  run,
  audit,
  serve,
];

export type CliSurroundings = {
  readonly io: CommandIo;
  readonly openEngine: (dataDir: string) => Promise<Result<Engine>>;
  readonly rendererDir: string;
  readonly version: string;
};

/** Runs one command to its end and lets go of the engine. Mistakes in the arguments are 2, failures that have been named 1. */
export async function runCli(args: readonly string[], surroundings: CliSurroundings): Promise<ExitCode> {
  const { io, rendererDir } = surroundings;
  speakErrorsAt('commandLine');
  let session: Session | null = null;
  try {
    const line = parseCommandLine(args);
    if (line.options.version === true) {
      await io.out(`${surroundings.version}\n`);
      return 0;
    }
    const wanted = line.command === 'help' ? (line.operands[0] ?? '') : line.command;
    const command = commands.find(({ name }) => name === wanted);
    const isHelp = line.options.help === true || line.command === 'help';
    if (isHelp && (wanted === '' || command !== undefined)) {
      await io.out(command === undefined ? overview() : helpOf(command));
      return 0;
    }
    if (wanted === '') {
      io.say(overview());
      return 2;
    }
    if (command === undefined) throw new BadArguments(noCommand(wanted));
    checkOptions(line, command.options);
    checkOperands(line, command.operands.least, command.operands.most, command.usage.join('  or  '));
    checkConnectionOptions(line.options);
    const context: CommandContext = {
      line,
      io,
      json: line.options.json === true,
      rendererDir,
      openSession: async () => {
        const opened = await openSession(line.options, io, surroundings.openEngine);
        if (opened.ok) session = opened.value;
        else sayError(io, opened.error);
        return session;
      },
    };
    return await command.run(context);
  } catch (failure) {
    if (!(failure instanceof BadArguments)) throw failure;
    io.say(`brigade: ${failure.message}`);
    return 2;
  } finally {
    await (session as Session | null)?.close();
  }
}

function noCommand(wanted: string): string {
  const near = commands.find(({ name }) => isOneSlipFrom(wanted, name));
  const guess = near === undefined ? '' : ` Did you mean "${near.name}"?`;
  return `There is no command "${wanted}".${guess} \`brigade --help\` lists them.`;
}

/** One letter too many, too few or wrong. */
function isOneSlipFrom(typed: string, name: string): boolean {
  const [short, long] = typed.length < name.length ? [typed, name] : [name, typed];
  if (long.length - short.length > 1 || long.length < 3) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  return short.slice(short.length === long.length ? at + 1 : at) === long.slice(at + 1);
}

const globalHelp = [
  'Options of every command:',
  '  --connection NAME     a saved connection, instead of the credentials of the environment',
  '  --data-dir DIR        where all state is kept (or BRIGADE_DATA_DIR)',
  '  --json                results as one JSON object a line',
  '  --endpoint-url URL    an S3-compatible server (or AWS_ENDPOINT_URL)',
  '  --region REGION       (or AWS_REGION)',
  '  --profile NAME        of the AWS config files (or AWS_PROFILE)',
  '  --no-verify-ssl       accept any certificate',
  '  --ca-bundle FILE      certificate authorities to trust, PEM (or AWS_CA_BUNDLE)',
  '  -h, --help            help; --version the version',
  '',
  'Without --connection: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, or a profile.',
  'BRIGADE_VAULT_PASSPHRASE opens the vault of saved secrets.',
  'Exit codes: 0 all done, 1 something failed (each failure is named), 2 bad arguments.',
];

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'brigade moves files to and from Amazon S3 and everything that speaks its API.',
    '',
    'Usage: brigade COMMAND …     `brigade COMMAND --help` says more.',
    '',
    ...rows,
    '',
    ...globalHelp,
    '',
  ].join('\n');
}

function helpOf({ usage, summary, help }: Command): string {
  const own = help.length === 0 ? [] : [...help.map((text) => (text === '' ? '' : `  ${text}`)), ''];
  return [summary, '', ...usage.map((text) => `  ${text}`), '', ...own, ...globalHelp, ''].join('\n');
}
