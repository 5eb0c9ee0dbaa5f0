import { chmod, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { requestFrameSchema } from '../../shared/contract/wire.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Engine } from '../engine-types.ts';
import { readBytesOf, type ByteReader } from './byte-reader.ts';
import {
  asAppError,
  maxLineBytes,
  protocolVersion,
  readBody,
  streamRequestSchema,
  writeBody,
  writeLine,
  type StreamRequest,
} from './local-socket-frames.ts';

export interface LocalSocketServer {
  /** Settles when no other process is connected. */
  whenNoGuests(): Promise<void>;
  guestCount(): number;
  /** Takes no new connections any more; those that are there go on. */
  stopListening(): void;
  /** Cuts the connections and removes the socket. Idempotent. */
  close(): Promise<void>;
}

/** A guest that does not read its events is left out until it has caught up; it sees the gap in `seq`. */
const maxEventBacklogBytes = 16 * 1024 * 1024;

/**
 * Offers an engine to other processes of this user. Only the holder of the data folder's lock may call it: a socket
 * file that is there already is a dead one's and is removed.
 */
export async function serveLocalSocket(engine: Engine, socketPath: string): Promise<Result<LocalSocketServer>> {
  const guests = new Set<Socket>();
  const waiting: (() => void)[] = [];
  const server = createServer((socket) => {
    guests.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      guests.delete(socket);
      if (guests.size === 0) for (const done of waiting.splice(0)) done();
    });
    serveGuest(engine, socket).catch(() => socket.destroy());
  });
  const isFile = process.platform !== 'win32';
  if (isFile) await rm(socketPath, { force: true });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      // The file is made inside listen(): with this mask nobody else can connect even for a moment.
      const mask = process.umask(0o177);
      server.listen(socketPath, resolve);
      process.umask(mask);
    });
    if (isFile) await chmod(socketPath, 0o600);
  } catch (failure) {
    server.close();
    return err(appError('LocalIoError', { path: socketPath }, failure));
  }
  return ok({
    guestCount: () => guests.size,
    whenNoGuests: () => (guests.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    stopListening: () => void server.close(),
    close: async () => {
      server.close();
      for (const socket of guests) socket.destroy();
      if (isFile) await rm(socketPath, { force: true });
    },
  });
}

async function serveGuest(engine: Engine, socket: Socket): Promise<void> {
  writeLine(socket, { engine: protocolVersion });
  const reader = readBytesOf(socket);
  const first = await reader.line(maxLineBytes);
  if (first === null) return;
  const request = streamRequestSchema.safeParse(parseJson(first));
  if (request.success) {
    const { stream } = request.data;
    if (stream.direction === 'put') await servePut(engine, socket, reader, stream);
    else await serveBody(socket, (gone) => openBody(engine, stream, gone));
    return;
  }
  const unsubscribe = engine.subscribe((batch) => {
    if (socket.writableLength < maxEventBacklogBytes) writeLine(socket, { batch });
  });
  socket.once('close', unsubscribe);
  for (let line: string | null = first; line !== null; line = await reader.line(maxLineBytes)) {
    const frame = requestFrameSchema.safeParse(parseJson(line));
    if (!frame.success) throw new Error('Not a request.');
    const { id, name, input } = frame.data;
    void engine
      .dispatch(name, input, 'command')
      .catch((failure: unknown) => err(asAppError(failure)))
      .then((result) => writeLine(socket, { id, result }));
  }
}

/** A socket may still have to write a chunk when the next one is asked for. */
async function* copiesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) yield Uint8Array.from(chunk);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function servePut(
  engine: Engine,
  socket: Socket,
  reader: ByteReader,
  { place }: Extract<StreamRequest, { direction: 'put' }>,
): Promise<void> {
  const gone = abortedWhenClosed(socket);
  const result = await engine.streams
    .put(place, readBody(reader), gone)
    .catch((failure: unknown) => err(asAppError(failure)));
  writeLine(socket, { result });
  // The rest of a body nobody wants is read and dropped: closing over unread bytes would cost the client its answer.
  while ((await reader.some(Number.MAX_SAFE_INTEGER).catch(() => null)) !== null);
  socket.end();
}

type Body = { readonly head: unknown; readonly body: AsyncIterable<Uint8Array> };

async function openBody(
  engine: Engine,
  stream: Exclude<StreamRequest, { direction: 'put' }>,
  gone: AbortSignal,
): Promise<Result<Body>> {
  if (stream.direction === 'get') {
    const opened = await engine.streams.get(stream.place, gone);
    return opened.ok ? ok({ head: { details: opened.value.details }, body: opened.value.body }) : opened;
  }
  if (stream.direction === 'list') {
    const opened = await engine.streams.list(stream.place, gone);
    return opened.ok ? ok({ head: {}, body: copiesOf(opened.value.body) }) : opened;
  }
  const opened = await engine.streams.preview(stream.asked, gone);
  if (!opened.ok) return opened;
  const { body, ...head } = opened.value;
  return ok({ head, body });
}

async function serveBody(socket: Socket, open: (gone: AbortSignal) => Promise<Result<Body>>): Promise<void> {
  const opened = await open(abortedWhenClosed(socket)).catch((failure: unknown) => err(asAppError(failure)));
  if (!opened.ok) {
    writeLine(socket, { result: opened });
    socket.end();
    return;
  }
  writeLine(socket, { result: ok(opened.value.head) });
  try {
    await writeBody(socket, opened.value.body);
    writeLine(socket, { end: ok() });
  } catch (failure) {
    // An empty frame first: the client stops reading frames, then reads why.
    socket.write(Buffer.alloc(4));
    writeLine(socket, { end: err(asAppError(failure)) });
  }
  socket.end();
}

function abortedWhenClosed(socket: Socket): AbortSignal {
  const controller = new AbortController();
  socket.once('close', () => controller.abort());
  return controller.signal;
}
