import type { z } from 'zod';
import {
  type CommandName,
  type CommandOutput,
  type CommandParsed,
  commands,
  isCommandName,
} from '../../shared/contract/commands.ts';
import type { AuditActor } from '../../shared/domain/audit.ts';
import { appError, AppErrorException, type AppError } from '../../shared/errors.ts';
import { err, type Result } from '../../shared/result.ts';
import type { Redactor } from '../credentials/redact.ts';

/** One for each command of the contract; gets parsed input, so defaults are filled in. `asker`: who asks, where it is known. */
export type Handlers = {
  readonly [N in CommandName]: (input: CommandParsed<N>, asker?: AuditActor) => Promise<Result<CommandOutput<N>>>;
};

export type RouterOptions = {
  /** A handler threw: a bug. Nothing of the input is passed on, it may carry secrets. */
  readonly onUnexpected: (name: string, thrown: unknown) => void;
  /** In tests: an answer that does not fit the contract is UnexpectedFailure. */
  readonly checkOutput?: boolean;
  /** Learns the secrets of each input, and keeps what a bug says of them out of its answer. */
  readonly redactor?: Pick<Redactor, 'learn' | 'text'> | undefined;
};

export type Dispatch = (name: string, input: unknown, asker?: AuditActor) => Promise<Result<unknown>>;

/**
 * The one way in: the name is looked up, the input parsed with the contract, the handler called. Bad input is
 * InvalidInput with the field and the reason, never the value (it may be a secret); a handler that throws is logged and
 * answered with UnexpectedFailure, so that one bug does not take the engine down.
 */
export function createRouter(handlers: Handlers, options: RouterOptions): Dispatch {
  return async (name, input, asker) => {
    if (!isCommandName(name)) return err(appError('InvalidInput', { field: 'command', reason: 'no such command' }));
    const command: { readonly input: z.ZodType; readonly output: z.ZodType } = commands[name];
    const parsed = command.input.safeParse(input ?? {});
    if (!parsed.success) return err(invalidInput(parsed.error));
    options.redactor?.learn(parsed.data);
    try {
      const handle = handlers[name] as (input: unknown, ...asker: AuditActor[]) => Promise<Result<unknown>>;
      const result = await handle(parsed.data, ...(asker === undefined ? [] : [asker]));
      if (options.checkOutput === true && result.ok) command.output.parse(result.value);
      return result;
    } catch (thrown) {
      if (thrown instanceof AppErrorException) return err(thrown.error);
      options.onUnexpected(name, thrown);
      const { cause, ...error } = appError('UnexpectedFailure', { command: name }, thrown);
      return err(cause === undefined ? error : { ...error, cause: options.redactor?.text(cause) ?? cause });
    }
  };
}

/** The first thing wrong, where it stands: `connection.auth.accessKeyId`. */
function invalidInput(error: z.ZodError): AppError {
  const issue = deepest(error.issues[0]);
  const field = issue?.path.map(String).join('.') ?? '';
  return appError('InvalidInput', { field: field === '' ? 'input' : field, reason: issue?.message });
}

/** A union says only that no member fits; the member that came furthest says why. */
function deepest(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== 'invalid_union') return issue;
  let best = issue as z.core.$ZodIssue;
  for (const member of issue.errors) {
    const inner = deepest(member[0]);
    if (inner === undefined) continue;
    const whole = { ...inner, path: [...issue.path, ...inner.path] };
    if (whole.path.length > best.path.length) best = whole;
  }
  return best;
}
