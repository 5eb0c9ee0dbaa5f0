import { connect, type Socket } from 'node:net';
import { z } from 'zod';
import { eventBatchSchema, type EventBatch } from '../../shared/contract/events.ts';
import { serverFrameSchema } from '../../shared/contract/wire.ts';
import { objectDetailsSchema, type ObjectDetails } from '../../shared/domain/listing.ts';
import { verificationSchema } from '../../shared/domain/transfer.ts';
import { appError, appErrorSchema, AppErrorException } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Engine, EngineStreams } from '../engine-types.ts';
import { readBytesOf, type ByteReader } from './byte-reader.ts';
import {
  asAppError,
  greetingSchema,
  maxLineBytes,
  protocolVersion,
  readBody,
  writeBody,
  writeLine,
  type StreamRequest,
} from './local-socket-frames.ts';

/** An engine in another process. `close` hangs up and leaves that engine running. */
export interface RemoteEngine extends Engine {
  /** Calls back once when the connection is gone without having been closed from here. */
  onLost(listener: () => void): void;
}

const greetingTimeoutMs = 5000;
const unavailable = (cause: string) => err(appError('EngineUnavailable', {}, cause));

const resultSchema = <T extends z.ZodType>(value: T) =>
  z.union([z.object({ ok: z.literal(true), value }), z.object({ ok: z.literal(false), error: appErrorSchema })]);
const putAnswerSchema = z.object({
  result: resultSchema(z.object({ sizeBytes: z.number(), verification: verificationSchema })),
});
const getAnswerSchema = z.object({ result: resultSchema(z.object({ details: objectDetailsSchema })) });
const listAnswerSchema = z.object({ result: resultSchema(z.object({})) });
const previewAnswerSchema = z.object({
  result: resultSchema(
    z.object({
      contentType: z.string(),
      sizeBytes: z.number(),
      range: z.object({ from: z.number(), to: z.number() }).nullable(),
    }),
  ),
});
const endSchema = z.object({ end: resultSchema(z.unknown().optional()) });

/** Connects to the engine listening there; EngineUnavailable when none does, or one that does not answer. */
export async function connectLocalSocket(socketPath: string): Promise<Result<RemoteEngine>> {
  const opened = await openSocket(socketPath);
  if (!opened.ok) return opened;
  const { socket, reader } = opened.value;

  const pending = new Map<number, (result: Result<unknown>) => void>();
  const listeners = new Set<(batch: EventBatch) => void>();
  const lostListeners: (() => void)[] = [];
  let nextId = 0;
  let closed = false;

  const receive = async (): Promise<void> => {
    for (let line = await reader.line(maxLineBytes); line !== null; line = await reader.line(maxLineBytes)) {
      const frame = serverFrameSchema.parse(JSON.parse(line));
      if ('batch' in frame) {
        const batch = eventBatchSchema.parse(frame.batch);
        for (const listener of listeners) listener(batch);
      } else {
        pending.get(frame.id)?.(frame.result as Result<unknown>);
        pending.delete(frame.id);
      }
    }
  };
  const hungUp = (): void => {
    socket.destroy();
    for (const answer of pending.values()) answer(unavailable('The engine that holds the data folder has gone.'));
    pending.clear();
    if (closed) return;
    closed = true;
    for (const listener of lostListeners) listener();
  };
  void receive().then(hungUp, hungUp);

  const dispatch = (name: string, input: unknown): Promise<Result<unknown>> => {
    if (closed) return Promise.resolve(unavailable('The connection to the engine is closed.'));
    const id = nextId++;
    return new Promise((resolve) => {
      pending.set(id, resolve);
      writeLine(socket, { id, name, input });
    });
  };
  return ok({
    dispatch,
    // The holder's router checked the output's shape by its types; the answer crosses one JSON round trip.
    call: (name, input) => dispatch(name, input) as Promise<never>,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    streams: streamsOver(socketPath),
    close: async () => {
      closed = true;
      socket.end();
      hungUp();
    },
    onLost: (listener) => void lostListeners.push(listener),
  });
}

async function openSocket(socketPath: string): Promise<Result<{ socket: Socket; reader: ByteReader }>> {
  const socket = connect(socketPath);
  socket.on('error', () => undefined);
  const reader = readBytesOf(socket);
  const timer = setTimeout(() => socket.destroy(), greetingTimeoutMs);
  try {
    const line = await reader.line(1024);
    const greeting = greetingSchema.safeParse(line === null ? null : JSON.parse(line));
    if (greeting.success && greeting.data.engine === protocolVersion) return ok({ socket, reader });
    socket.destroy();
    return unavailable(
      greeting.success ? 'Another version of Bucket Brigade holds the data folder.' : 'It does not answer.',
    );
  } catch (failure) {
    socket.destroy();
    return err(appError('EngineUnavailable', {}, failure));
  } finally {
    clearTimeout(timer);
  }
}

function streamsOver(socketPath: string): EngineStreams {
  const open = async (stream: StreamRequest, signal: AbortSignal | undefined) => {
    const opened = await openSocket(socketPath);
    if (!opened.ok) return opened;
    const { socket } = opened.value;
    signal?.addEventListener('abort', () => socket.destroy(), { once: true });
    if (signal?.aborted === true) socket.destroy();
    writeLine(socket, { stream });
    return opened;
  };
  const openBody = async <T>(
    stream: StreamRequest,
    schema: z.ZodType<{ result: Result<T> }>,
    signal: AbortSignal | undefined,
  ): Promise<Result<{ head: T; body: AsyncGenerator<Uint8Array> }>> => {
    const opened = await open(stream, signal);
    if (!opened.ok) return opened;
    const { socket, reader } = opened.value;
    const parsed = schema.safeParse(parseLine(await reader.line(maxLineBytes).catch(() => null)));
    if (!parsed.success || !parsed.data.result.ok) {
      socket.destroy();
      return parsed.success && !parsed.data.result.ok ? parsed.data.result : unavailable('It went away.');
    }
    return ok({ head: parsed.data.result.value, body: bodyOf(socket, reader) });
  };
  return {
    put: async (place, body, signal) => {
      const opened = await open(
        { direction: 'put', place: { ...place, connectionId: place.connectionId as never } },
        signal,
      );
      if (!opened.ok) return opened;
      const { socket, reader } = opened.value;
      let answered = false;
      const answer = reader
        .line(maxLineBytes)
        .catch(() => null)
        .finally(() => (answered = true));
      try {
        // Whichever comes first: an answer before the body's end says that the engine has given up.
        await Promise.race([writeBody(socket, body, () => !answered), answer]);
      } catch (failure) {
        // The source broke: without the frame that ends the body, the engine makes no object.
        socket.destroy();
        return err(asAppError(failure));
      }
      const parsed = putAnswerSchema.safeParse(parseLine(await answer));
      socket.end();
      return parsed.success ? parsed.data.result : unavailable('It went away.');
    },
    get: async (place, signal) => {
      const stream = {
        direction: 'get',
        place: { ...place, connectionId: place.connectionId as never },
      } as const;
      const opened = await openBody(stream, getAnswerSchema, signal);
      if (!opened.ok) return opened;
      const details: ObjectDetails = opened.value.head.details;
      return ok({ details, body: opened.value.body });
    },
    list: async (place, signal) => {
      const stream = { direction: 'list', place: { ...place, connectionId: place.connectionId as never } } as const;
      const opened = await openBody(stream, listAnswerSchema, signal);
      return opened.ok ? ok({ body: opened.value.body }) : opened;
    },
    preview: async (asked, signal) => {
      const opened = await openBody({ direction: 'preview', asked }, previewAnswerSchema, signal);
      return opened.ok ? ok({ ...opened.value.head, body: opened.value.body }) : opened;
    },
  };
}

async function* bodyOf(socket: Socket, reader: ByteReader): AsyncGenerator<Uint8Array> {
  try {
    yield* readBody(reader);
    const parsed = endSchema.safeParse(parseLine(await reader.line(maxLineBytes).catch(() => null)));
    if (!parsed.success)
      throw new AppErrorException(appError('EngineUnavailable', {}, 'The local stream was cut off.'));
    if (!parsed.data.end.ok) throw new AppErrorException(parsed.data.end.error);
  } finally {
    socket.destroy();
  }
}

function parseLine(line: string | null): unknown {
  try {
    return line === null ? undefined : JSON.parse(line);
  } catch {
    return undefined;
  }
}
