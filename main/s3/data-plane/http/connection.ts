import type { Socket } from 'node:net';
import { openSocket } from './open-socket.ts';
import { createResponseParser, type ResponseHead, type ResponseParser } from './response-parser.ts';
import type { Origin, Proxy } from './route.ts';
import type { WireBody } from './wire-body.ts';
import type { RateLimiters } from '../rate-limit.ts';

/** One request on a connection and what hears of its answer. Nothing is called any more after `onEnd` or `onFail`. */
export type WireRequest = {
  /** Of latin1 characters. */
  readonly head: string;
  readonly body: WireBody | null;
  readonly isHead: boolean;
  /** What holds the body back, and the answer's. */
  readonly limiters: RateLimiters;
  /** Bytes have come or have gone. */
  onProgress(): void;
  /** Bytes of the body that have gone to the kernel since the last call. */
  onSent(bytes: number): void;
  onHead(head: ResponseHead): void;
  /** The bytes are only good for as long as the call takes. */
  onBody(bytes: Uint8Array): void;
  onEnd(): void;
  /** `isUnanswered`: not a byte of an answer has come. */
  onFail(error: Error, isUnanswered: boolean): void;
};

/** A kept-alive connection: carries one request after the other, never two at once. */
export type Connection = {
  /** It has carried a request before. */
  readonly isUsed: boolean;
  start(request: WireRequest): void;
  /** Ends the connection, and whatever it carries without a word. */
  destroy(): void;
};

/** Up to here head and body go to the kernel in one piece. */
const joinedBytes = 128 * 1024;
/** The next head may be longer. */
const joinedSpareBytes = 512;

const connectionReset = (reason: string): Error => Object.assign(new Error(reason), { code: 'ECONNRESET' });

/**
 * `onIdle`: it may carry another request, with how long the server said that it would keep it (`Keep-Alive`, else null).
 * `onGone`: it never will.
 */
export function openConnection(
  origin: Origin,
  proxy: Proxy | null,
  listener: { onIdle(keptMs: number | null): void; onGone(): void },
): Connection {
  let socket: Socket | null = null;
  let current: WireRequest | null = null;
  let parser: ResponseParser | null = null;
  let isAnswered = false;
  let isWritten = false;
  let isUsed = false;
  let isGone = false;
  let keepsAlive = false;
  let keptMs: number | null = null;
  let joined: Buffer | null = null;

  const leave = (): void => {
    if (isGone) return;
    isGone = true;
    listener.onGone();
    end();
  };
  const fail = (error: Error): void => {
    const failed = current;
    current = null;
    leave();
    failed?.onFail(error, !isAnswered);
  };

  const complete = (hasMore: boolean): void => {
    const done = current;
    current = null;
    // Bytes that belong to no request, or an answer that did not wait for its request: nothing that comes here can be
    // told from an answer to the next one. And what the kernel has not taken is memory that others may get.
    if (!keepsAlive || hasMore || !isWritten || (socket?.writableLength ?? 0) > 0) leave();
    else listener.onIdle(keptMs);
    done?.onEnd();
  };

  const onBytes = (bytes: Buffer): void => {
    if (isGone) return;
    if (current === null || parser === null) return leave();
    isAnswered = true;
    const request = current;
    request.onProgress();
    try {
      const taken = parser.push(bytes);
      // Whoever takes the answer may have given it up.
      if (current === request)
        holdBack(request, bytes.length, () => parser?.isComplete() && complete(taken < bytes.length));
    } catch (error) {
      fail(error instanceof Error ? error : connectionReset(String(error)));
    }
  };

  /** Not reading on is what holds the sender back; an answer that is too early is not over before its time. */
  function holdBack(request: WireRequest, bytes: number, then: () => unknown): void {
    const wait = request.limiters.down.take(bytes, () => current === request && request.onProgress());
    if (wait === null || socket === null) {
      then();
      return;
    }
    const held = socket;
    held.pause();
    void wait.then(() => {
      held.resume();
      if (current === request) then();
      return undefined;
    });
  }

  const onEnd = (): void => {
    if (isGone) return;
    if (current === null || parser?.end() !== true) return fail(connectionReset('the server ended the connection'));
    keepsAlive = false;
    complete(false);
  };

  const end = openSocket(origin, proxy, {
    onOpen(opened) {
      socket = opened;
      if (current !== null) write(current);
    },
    onBytes,
    onEnd,
    onClose: (error) => {
      if (!isGone) fail(error ?? connectionReset('the connection was closed'));
    },
  });

  function write(request: WireRequest): void {
    const { head, body } = request;
    if (socket === null) return;
    request.onProgress();
    if (body === null || body.sizeBytes === 0) {
      isWritten = true;
      socket.write(head, 'latin1');
      return;
    }
    const sliceBytes = request.limiters.up.sliceBytes();
    if (body.sizeBytes <= Math.min(joinedBytes, sliceBytes)) {
      const sizeBytes = head.length + body.sizeBytes;
      // One request at a time: the memory is free again by the next one.
      if (joined === null || joined.length < sizeBytes) joined = Buffer.allocUnsafeSlow(sizeBytes + joinedSpareBytes);
      joined.write(head, 0, 'latin1');
      joined.set(body.slice(0, body.sizeBytes), head.length);
      writeSlice(request, joined.subarray(0, sizeBytes), head.length, body.sizeBytes, true);
      return;
    }
    socket.cork();
    socket.write(head, 'latin1');
    writeNext(request, body, 0);
    socket.uncork();
  }

  /** In slices, so that progress is seen, a slow line is not taken for a silent one, and a limit holds. */
  function writeNext(request: WireRequest, body: WireBody, offset: number): void {
    let slice: Uint8Array;
    try {
      slice = body.slice(offset, request.limiters.up.sliceBytes());
    } catch (error) {
      return fail(error instanceof Error ? error : connectionReset(String(error)));
    }
    const next = offset + slice.length;
    writeSlice(request, slice, 0, slice.length, next === body.sizeBytes, () => {
      if (next < body.sizeBytes) writeNext(request, body, next);
    });
  }

  function writeSlice(
    request: WireRequest,
    bytes: Uint8Array,
    headBytes: number,
    bodyBytes: number,
    isLast: boolean,
    then: () => void = () => undefined,
  ): void {
    const write = (): void => {
      // Given up while it waited: the memory may be another's by now.
      if (current !== request) return;
      isWritten ||= isLast;
      socket?.write(bytes, (error) => {
        if (error || current !== request) return;
        sent(request, bytes.length - headBytes);
        then();
      });
    };
    const wait = request.limiters.up.take(bodyBytes, () => current === request && request.onProgress());
    if (wait === null) write();
    else void wait.then(write);
  }

  function sent(request: WireRequest, bytes: number): void {
    request.onProgress();
    request.onSent(bytes);
  }

  return {
    get isUsed() {
      return isUsed;
    },
    start(request) {
      isUsed = socket !== null;
      isAnswered = false;
      isWritten = false;
      current = request;
      parser = createResponseParser(
        {
          onHead(head) {
            // An answer to something else: nobody can have taken what is still on its way.
            if (!isWritten && head.status < 300) throw connectionReset('the server answered before it had the request');
            ({ keepsAlive } = head);
            keptMs = keptMsOf(head);
            current?.onHead(head);
          },
          onBody: (bytes) => current?.onBody(bytes),
        },
        request.isHead,
      );
      if (isGone) fail(connectionReset('the connection was closed'));
      else write(request);
    },
    destroy() {
      current = null;
      leave();
    },
  };
}

function keptMsOf({ headers }: ResponseHead): number | null {
  const seconds = /(?:^|[,\s])timeout=(\d{1,6})/i.exec(headers.get('keep-alive') ?? '')?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}
