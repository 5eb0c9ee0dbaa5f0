import type { ConnectionId } from '../../../shared/domain/ids.ts';
import { parseS3Uri, type S3Uri } from '../../../shared/domain/s3-uri.ts';
import { BadArguments } from './arguments.ts';
import { sayError, type CommandContext } from './command.ts';
import type { Session } from './session.ts';

/** `s3://bucket[/key]`; the bucket is there. */
export function bucketOperand(operand: string): S3Uri {
  const parsed = parseS3Uri(operand);
  if (!parsed.ok) throw new BadArguments(`"${operand}" is no address: write s3://bucket/key.`);
  if (parsed.value.bucket === '') throw new BadArguments(`"${operand}" names no bucket.`);
  return parsed.value;
}

/** `s3://bucket`, and nothing below it. */
export function bucketOnlyOperand(operand: string): string {
  const { bucket, key } = bucketOperand(operand);
  if (key !== '') throw new BadArguments(`"${operand}" names an object: give only the bucket, s3://${bucket}.`);
  return bucket;
}

/** `s3://bucket/key`, with a key. */
export function objectOperand(operand: string): S3Uri {
  const place = bucketOperand(operand);
  if (place.key === '') throw new BadArguments(`"${operand}" names no object: give the key, s3://${place.bucket}/key.`);
  return place;
}

export type OpenedConnection = { readonly session: Session; readonly connectionId: ConnectionId };

/** Engine and connection of a command; null when there is none, and why has been said. */
export async function openConnection(context: CommandContext): Promise<OpenedConnection | null> {
  const session = await context.openSession();
  if (session === null) return null;
  const connection = await session.connectionId();
  if (connection.ok) return { session, connectionId: connection.value };
  sayError(context.io, connection.error);
  return null;
}
