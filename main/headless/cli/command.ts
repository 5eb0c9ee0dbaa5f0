import type { AppError } from '../../../shared/errors.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import type { CommandLine, OptionName } from './arguments.ts';
import type { CommandIo } from './io.ts';
import type { Session } from './session.ts';

/** 0: all done. 1: something failed, and each failure has been named. 2: the arguments make no sense. */
export type ExitCode = 0 | 1 | 2;

/** What a command is given. */
export type CommandContext = {
  readonly line: CommandLine;
  readonly io: CommandIo;
  readonly json: boolean;
  /** The engine of the data folder, opened at the first call; null when it could not be (the reason has been said). */
  openSession(): Promise<Session | null>;
  /** The built window's files, for `serve`. */
  readonly rendererDir: string;
};

export type Command = {
  readonly name: string;
  readonly usage: readonly string[];
  readonly summary: string;
  /** Lines of `--help` for its own options and for what a person would not guess. */
  readonly help: readonly string[];
  readonly options: readonly OptionName[];
  readonly operands: { readonly least: number; readonly most: number };
  run(context: CommandContext): Promise<ExitCode>;
};

/** An error as `--json` has it. */
export type ErrorJson = { readonly code: string; readonly message: string; readonly fix: string };

export function errorJson(error: AppError): ErrorJson {
  const { message, fix } = describeError(error);
  return { code: error.code, message, fix };
}

/** Says what failed, why, what to do, and the details for whoever is asked for help. */
export function sayError(io: CommandIo, error: AppError, subject?: string): void {
  const { message, fix, details } = describeError(error);
  io.say(subject === undefined ? message : `${subject}: ${message}`);
  if (fix !== '') io.say(`  ${fix}`);
  io.say(`  (${details})`);
}

/** The same, as how the command ends. */
export function sayFailure({ io }: Pick<CommandContext, 'io'>, error: AppError): ExitCode {
  sayError(io, error);
  return 1;
}

export function outLine(io: CommandIo, value: unknown): Promise<boolean> {
  return io.out(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`);
}
