import { once } from 'node:events';
import type { Socket } from 'node:net';
import { z } from 'zod';
import { connectionIdSchema } from '../../shared/domain/ids.ts';
import { appError, appErrorSchema, AppErrorException, type AppError } from '../../shared/errors.ts';
import type { ByteReader } from './byte-reader.ts';

/**
 * What goes over the local socket. The server greets with one line, `{"engine":2}`. Then either JSON lines both ways
 * (the frames of shared/contract/wire.ts), or, when the first line asks for a stream, that stream:
 *
 *   put  client: the line, then body frames; server: one line `{"result": Result}`, at the end or as soon as it failed.
 *   get  server: one line `{"result": Result<{details}>}`, body frames, one line `{"end": Result<void>}`.
 *   list  as get, without details.
 *   preview  as get, with the answer's content type, size and range in place of the details.
 *
 * A body frame is its length (4 bytes, big endian) and so many bytes; length 0 ends the body. A connection that closes
 * without it means that the body is incomplete, and nothing of it may be used.
 */
export const protocolVersion = 2;
export const greetingSchema = z.object({ engine: z.number() });

/** A job of thousands of single files is one line. */
export const maxLineBytes = 64 * 1024 * 1024;
const maxFrameBytes = 1024 * 1024;

export const streamRequestSchema = z.object({
  stream: z.discriminatedUnion('direction', [
    z.object({
      direction: z.literal('put'),
      place: z.object({
        connectionId: connectionIdSchema,
        bucket: z.string().min(1),
        key: z.string().min(1),
        contentType: z.string().optional(),
      }),
    }),
    z.object({
      direction: z.literal('get'),
      place: z.object({ connectionId: connectionIdSchema, bucket: z.string().min(1), key: z.string().min(1) }),
    }),
    z.object({
      direction: z.literal('list'),
      place: z.object({ connectionId: connectionIdSchema, bucket: z.string().min(1), prefix: z.string() }),
    }),
    z.object({
      direction: z.literal('preview'),
      asked: z.object({ previewId: z.string().min(1), range: z.string().nullable() }),
    }),
  ]),
});
export type StreamRequest = z.infer<typeof streamRequestSchema>['stream'];

export function writeLine(socket: Socket, value: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(value)}\n`);
}

/** Writes a body as frames, as fast as the other side reads; the frame that ends it comes last. Throws what the body throws. */
export async function writeBody(
  socket: Socket,
  body: AsyncIterable<Uint8Array>,
  isWanted: () => boolean = () => true,
): Promise<void> {
  for await (const chunk of body) {
    for (let offset = 0; offset < chunk.length; offset += maxFrameBytes) {
      if (!isWanted() || !socket.writable) return;
      const part = chunk.subarray(offset, offset + maxFrameBytes);
      const header = Buffer.alloc(4);
      header.writeUInt32BE(part.length);
      socket.cork();
      socket.write(header);
      const roomLeft = socket.write(part);
      socket.uncork();
      if (!roomLeft) await drainOf(socket);
    }
    if (!isWanted()) return;
  }
  if (socket.writable) socket.write(Buffer.alloc(4));
}

async function drainOf(socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  const gone = new AbortController();
  const stop = (): void => gone.abort();
  socket.once('close', stop);
  // 'error' is reported by 'close' as well.
  await once(socket, 'drain', { signal: gone.signal }).catch(() => undefined);
  socket.off('close', stop);
}

/** The bytes of a body's frames; throws ConnectionReset when the connection ends inside it. */
export async function* readBody(reader: ByteReader): AsyncGenerator<Buffer> {
  for (;;) {
    const header = await reader.exactly(4).catch(() => null);
    if (header === null)
      throw new AppErrorException(appError('EngineUnavailable', {}, 'The local stream was cut off.'));
    let left = header.readUInt32BE(0);
    if (left === 0) return;
    while (left > 0) {
      const part = await reader.some(left).catch(() => null);
      if (part === null)
        throw new AppErrorException(appError('EngineUnavailable', {}, 'The local stream was cut off.'));
      left -= part.length;
      yield part;
    }
  }
}

/** What was thrown as a value that can be sent: the AppError it carries, else UnexpectedFailure with its message. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppErrorException) return thrown.error;
  const parsed = appErrorSchema.safeParse(thrown);
  return parsed.success ? parsed.data : appError('UnexpectedFailure', {}, thrown);
}
