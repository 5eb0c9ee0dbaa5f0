import { formatS3Uri, type S3Uri } from '../../../shared/domain/s3-uri.ts';
import type { ConflictPolicy } from '../../../shared/domain/transfer.ts';
import { appError } from '../../../shared/errors.ts';
import { asAppError } from '../../ipc/local-socket-frames.ts';
import { BadArguments } from './arguments.ts';
import { outLine, sayFailure, type CommandContext, type ExitCode } from './command.ts';
import { formatBytes, printable } from './format.ts';

const statusEveryBytes = 1_000_000;

/** Standard input to one object. Nothing is made unless the input came to its end. */
export async function streamUp(context: CommandContext, to: S3Uri, conflict: ConflictPolicy): Promise<ExitCode> {
  if (conflict === 'keep-both')
    throw new BadArguments('--conflict keep-both needs a file: a stream has no second name.');
  const { io } = context;
  const session = await context.openSession();
  if (session === null) return 1;
  const connection = await session.connectionId();
  if (!connection.ok) return sayFailure(context, connection.error);
  const connectionId = connection.value;
  const place = { connectionId, bucket: to.bucket, key: to.key };
  if (conflict !== 'overwrite') {
    const existing = await session.engine.call('objects.stat', place);
    if (existing.ok && conflict === 'skip') {
      io.say(`${printable(formatS3Uri(to))} exists and was left as it is.`);
      return 0;
    }
    if (existing.ok) return sayFailure(context, appError('TargetExists', { bucket: to.bucket, key: to.key }));
    if (existing.error.code !== 'NoSuchKey') return sayFailure(context, existing.error);
  }
  const stopped = new AbortController();
  io.onStop(() => stopped.abort());
  const sent = await session.engine.streams.put(place, counted(context, io.stdin), stopped.signal);
  io.status('');
  // Input that nobody reads any more must not keep the process.
  io.stdin.destroy();
  if (stopped.signal.aborted && !sent.ok) {
    io.say('Stopped. No object was made: a stream cannot be resumed, start it again.');
    return 1;
  }
  if (!sent.ok) return sayFailure(context, sent.error);
  io.say(`${formatBytes(sent.value.sizeBytes)} sent to ${printable(formatS3Uri(to))}.`);
  if (context.json) await outLine(io, { key: to.key, ...sent.value });
  return 0;
}

async function* counted({ io }: CommandContext, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let total = 0;
  let shown = 0;
  for await (const chunk of body) {
    total += chunk.length;
    if (total - shown >= statusEveryBytes) {
      shown = total;
      io.status(formatBytes(total));
    }
    yield chunk;
  }
}

/** One object to standard output. Fails when the object did not arrive whole: what was written then is not the object. */
export async function streamDown(context: CommandContext, from: S3Uri): Promise<ExitCode> {
  const { io } = context;
  const session = await context.openSession();
  if (session === null) return 1;
  const connection = await session.connectionId();
  if (!connection.ok) return sayFailure(context, connection.error);
  const stopped = new AbortController();
  io.onStop(() => stopped.abort());
  const place = { connectionId: connection.value, bucket: from.bucket, key: from.key };
  const opened = await session.engine.streams.get(place, stopped.signal);
  if (!opened.ok) return sayFailure(context, opened.error);
  let written = 0;
  try {
    for await (const chunk of opened.value.body) {
      written += chunk.length;
      // Whoever reads has had enough.
      if (!(await io.out(chunk))) return 1;
    }
  } catch (failure) {
    io.say(
      `Standard output got only ${formatBytes(written)} of ${formatBytes(opened.value.details.sizeBytes)}: do not use them.`,
    );
    if (stopped.signal.aborted) return 1;
    return sayFailure(context, asAppError(failure));
  }
  return 0;
}
