import { pipeline } from 'node:stream/promises';
import type { FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { S3Failure } from '../failure.ts';
import { encodeKey } from '../../s3/sigv4/encode.ts';
import { errorDocument, field } from './xml-write.ts';

/** An answer before it is sent. */
export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | FileBody | undefined;
};

/** Bytes of an open file, which is closed when they are sent or nobody wants them any more. */
export type FileBody = { readonly handle: FileHandle; readonly offset: number; readonly sizeBytes: number };

/** Large enough that reading is not what limits a download, small enough that a hundred of them fit in memory. */
const readBytes = 262_144;

export function xmlReply(body: string, headers: Record<string, string> = {}, status = 200): Reply {
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body };
}

export function failureReply(error: S3Failure, resource: string, requestId: string): Reply {
  const details = Object.entries(error.details).map(([name, value]) => field(name, value));
  const body = errorDocument(
    field('Code', error.code),
    field('Message', error.message),
    ...details,
    field('Resource', resource),
    field('RequestId', requestId),
    field('HostId', 'local-s3'),
  );
  return xmlReply(body, { ...error.headers }, error.status);
}

/** Header values with bytes beyond ASCII go out as they came in; line breaks never get here, the parser refuses them. */
export async function sendReply(response: ServerResponse, reply: Reply, isHead: boolean): Promise<void> {
  const { body } = reply;
  const isFile = body !== undefined && typeof body !== 'string';
  const text = typeof body === 'string' ? Buffer.from(body) : undefined;
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  if (isFile) response.setHeader('content-length', body.sizeBytes);
  else if (text && !(isHead && reply.status >= 300)) response.setHeader('content-length', text.length);
  else if (!text && !response.hasHeader('content-length') && reply.status !== 204 && reply.status !== 304) {
    response.setHeader('content-length', 0);
  }
  response.statusCode = reply.status;
  if (!isFile) {
    response.end(isHead ? undefined : text);
    return;
  }
  if (isHead || body.sizeBytes === 0) {
    await body.handle.close();
    response.end();
    return;
  }
  const { handle, offset, sizeBytes } = body;
  const stream = handle.createReadStream({ start: offset, end: offset + sizeBytes - 1, highWaterMark: readBytes });
  let sentBytes = 0;
  stream.on('data', (chunk) => {
    sentBytes += chunk.length;
  });
  try {
    await pipeline(stream, response, { end: false });
    // A file cut short by hand: the client must see a broken body, not a short one that looks whole.
    if (sentBytes === sizeBytes) response.end();
    else response.destroy();
  } catch {
    response.destroy();
  }
}

/** As listings name keys: raw, or encoded when the client asked for `encoding-type=url`. */
export function listedName(name: string, encoding: string | undefined): string {
  return encoding === 'url' ? encodeKey(name) : name;
}
