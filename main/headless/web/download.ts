import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { bucketNameSchema } from '../../../shared/domain/connection.ts';
import { connectionIdSchema } from '../../../shared/domain/ids.ts';
import { appError } from '../../../shared/errors.ts';
import type { Engine } from '../../engine-types.ts';
import { answerError, safeHeaders } from './answers.ts';

const placeSchema = z.object({ connectionId: connectionIdSchema, bucket: bucketNameSchema, key: z.string().min(1) });

/**
 * Sends one object as an attachment. Its own content type is not passed on: nothing from a bucket is ever shown as a
 * page of this host. A body that breaks off or fails its checksum cuts the connection, which the browser shows as failed.
 */
export async function serveDownload(engine: Engine, response: ServerResponse, query: URLSearchParams): Promise<void> {
  const place = placeSchema.safeParse(Object.fromEntries(query));
  if (!place.success) return answerError(response, appError('InvalidInput', { field: 'download' }));
  const aborted = new AbortController();
  response.once('close', () => aborted.abort());
  const opened = await engine.streams.get(place.data, aborted.signal);
  if (!opened.ok) return answerError(response, opened.error);
  const { details, body } = opened.value;
  response.writeHead(200, {
    ...safeHeaders,
    'content-type': 'application/octet-stream',
    'content-length': details.sizeBytes,
    'content-disposition': attachmentNamed(place.data.key),
  });
  try {
    await pipeline(body, response);
  } catch {
    response.destroy();
  }
}

/** Content-Disposition for the last segment of a key, in both of RFC 6266's forms. */
export function attachmentNamed(key: string): string {
  const name = key.split('/').findLast((segment) => segment !== '') ?? 'download';
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
