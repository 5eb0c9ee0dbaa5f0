import { mfaCodeSchema } from '../../../shared/domain/auth.ts';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Engine } from '../../engine-types.ts';
import { BadArguments } from './arguments.ts';
import { errorJson, outLine, sayError, type CommandContext, type ExitCode } from './command.ts';
import { printable } from './format.ts';
import { findSaved } from './session.ts';

/** `brigade connections sign-in NAME [--code DIGITS]`: what a person has to do for a connection, at the terminal. */
export async function signIn(context: CommandContext, name: string): Promise<ExitCode> {
  const { io, json, line } = context;
  const code = mfaCodeOf(line.options.code);
  const session = await context.openSession();
  if (session === null) return 1;
  const found = await findSaved(session.engine, name);
  const signedIn = found.ok ? await attempt(context, session.engine, found.value, code) : found;
  if (!signedIn.ok) {
    if (json) await outLine(io, { ok: false, error: errorJson(signedIn.error) });
    sayError(io, signedIn.error);
    return 1;
  }
  if (json) await outLine(io, { ok: true });
  io.say(`Signed in. Transfers of "${printable(name)}" that waited for it can go on.`);
  return 0;
}

async function attempt(
  { io }: CommandContext,
  engine: Engine,
  connection: ConnectionView,
  mfaCode: string | undefined,
): Promise<Result<void>> {
  const connectionId = connection.id;
  const done = async (code: string | undefined): Promise<Result<void>> => {
    const answer = await engine.call('connections.signIn', { connectionId, mfaCode: code });
    return answer.ok ? ok() : answer;
  };
  const first = await done(mfaCode);
  if (first.ok || mfaCode !== undefined) return first;
  if (first.error.code === 'MfaNeeded') {
    const asked = await io.ask('Code of the MFA device: ');
    return asked === null ? first : done(mfaCodeOf(asked));
  }
  if (first.error.code !== 'SsoSignInNeeded') return first;
  const profile = profileOf(first.error);
  if (profile === null) return first;
  const started = await engine.call('profiles.startSignIn', { profile });
  if (!started.ok) return started;
  const { signInId, verificationUrl, userCode } = started.value;
  io.say(`Open ${verificationUrl} in a browser and confirm the code ${userCode}.`);
  io.status('Waiting for the sign-in in the browser …');
  io.onStop(() => void engine.call('profiles.cancelSignIn', { signInId }));
  const awaited = await engine.call('profiles.awaitSignIn', { signInId });
  io.status('');
  return awaited.ok ? done(undefined) : err(awaited.error);
}

function profileOf({ context }: AppError): string | null {
  const { profile } = context;
  return typeof profile === 'string' ? profile : null;
}

/** Six digits, or a mistake in the arguments. */
export function mfaCodeOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const parsed = mfaCodeSchema.safeParse(text);
  if (!parsed.success) throw new BadArguments('A code of an MFA device has six digits.');
  return parsed.data;
}
