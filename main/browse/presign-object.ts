import { ok, type Result } from '../../shared/result.ts';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import type { OpenConnection } from '../s3/open-connection.ts';

/** A link to one object, and when it really ends: a link is good for no longer than the credentials that signed it. */
export async function presignObject(
  connection: OpenConnection,
  bucket: string,
  key: string,
  expiresInSeconds: number,
  nowMs: number,
): Promise<Result<CommandOutput<'objects.presign'>>> {
  // Before the link is signed: what it is signed with is then no older.
  const target = await connection.dataTarget(bucket);
  if (!target.ok) return target;
  const url = await connection.store.presignGet(bucket, key, expiresInSeconds);
  if (!url.ok) return url;
  const askedMs = nowMs + expiresInSeconds * 1000;
  const { expiresMs, sessionToken } = target.value.credentials;
  if (expiresMs !== undefined && expiresMs < askedMs)
    return ok({ url: url.value, worksUntilMs: expiresMs, endsWith: 'credentials' });
  const isUnknown = expiresMs === undefined && sessionToken !== undefined;
  return ok({ url: url.value, worksUntilMs: askedMs, endsWith: isUnknown ? 'unknown' : 'time' });
}
