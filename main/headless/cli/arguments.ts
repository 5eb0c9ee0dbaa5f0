import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** Every option of every command; a command names those it takes beside the global ones. */
const options = {
  // Everywhere.
  connection: { type: 'string' },
  'data-dir': { type: 'string' },
  json: { type: 'boolean' },
  'endpoint-url': { type: 'string' },
  region: { type: 'string' },
  profile: { type: 'string' },
  'no-verify-ssl': { type: 'boolean' },
  'ca-bundle': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  // Of single commands.
  recursive: { type: 'boolean', short: 'r' },
  conflict: { type: 'string' },
  'skip-same': { type: 'boolean' },
  'no-preserve': { type: 'boolean' },
  'no-follow-symlinks': { type: 'boolean' },
  'expires-in': { type: 'string' },
  file: { type: 'string' },
  port: { type: 'string' },
  open: { type: 'boolean' },
  code: { type: 'string' },
  'write-probe': { type: 'boolean' },
  bucket: { type: 'string' },
  up: { type: 'string' },
  down: { type: 'string' },
  during: { type: 'string' },
  'no-schedule': { type: 'boolean' },
  all: { type: 'boolean' },
  deletes: { type: 'boolean' },
  for: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  'version-id': { type: 'string' },
  set: { type: 'string', multiple: true },
  remove: { type: 'string', multiple: true },
} as const satisfies ParseArgsOptionsConfig;

export type OptionName = keyof typeof options;
export type Options = {
  readonly [N in OptionName]?:
    | ((typeof options)[N]['type'] extends 'boolean'
        ? boolean
        : (typeof options)[N] extends { multiple: true }
          ? string[]
          : string)
    | undefined;
};

const globalOptions: ReadonlySet<string> = new Set<OptionName>([
  'connection',
  'data-dir',
  'json',
  'endpoint-url',
  'region',
  'profile',
  'no-verify-ssl',
  'ca-bundle',
  'help',
]);

export type CommandLine = {
  /** '' when there is none. */
  readonly command: string;
  readonly operands: readonly string[];
  readonly options: Options;
};

/** A mistake in the arguments: the words say which one. Ends the command with 2. */
export class BadArguments extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadArguments';
  }
}

/** Reads the arguments after the program's name. Options may stand anywhere; after `--` all are operands. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  try {
    const { values, positionals } = parseArgs({ args: withIds(args), options, allowPositionals: true, strict: true });
    const [command = '', ...operands] = positionals;
    return { command, operands, options: values };
  } catch (failure) {
    // Node's own words name the option; its advice about `--` follows, on further lines or after the full stop.
    const [words = ''] = (failure instanceof Error ? failure.message : String(failure)).split(/\. To |\n/);
    throw new BadArguments(words);
  }
}

/** A version's id is the server's choice: on Ceph it may begin with a dash, which would be taken for an option. Pure. */
function withIds(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const [arg = '', next] = args.slice(at, at + 2);
    if (arg === '--') return [...joined, ...args.slice(at)];
    const isOption = next === '-h' || (next?.startsWith('--') === true && Object.hasOwn(options, next.slice(2)));
    const hasId = arg === '--version-id' && next !== undefined && !isOption;
    joined.push(hasId ? `${arg}=${next}` : arg);
    if (hasId) at += 1;
  }
  return joined;
}

/** Refuses options that mean nothing to the command: a flag that is silently ignored may be one that was meant to protect. */
export function checkOptions(line: CommandLine, own: readonly OptionName[]): void {
  for (const name of Object.keys(line.options)) {
    if (!globalOptions.has(name) && !(own as readonly string[]).includes(name)) {
      throw new BadArguments(`brigade ${line.command} has no option --${name}.`);
    }
  }
}

export function checkOperands(line: CommandLine, least: number, most: number, usage: string): void {
  if (line.operands.length < least) throw new BadArguments(`Something is missing. Usage: ${usage}`);
  if (line.operands.length > most) {
    throw new BadArguments(`"${line.operands[most]}" is one argument too many. Usage: ${usage}`);
  }
}

/** A whole number between the limits. */
export function numberOption(name: OptionName, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new BadArguments(`--${name} takes a whole number from ${least} to ${most}, not "${text}".`);
  }
  return value;
}
