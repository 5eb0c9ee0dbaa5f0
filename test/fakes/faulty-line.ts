import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFaultRules, describeRequest, type RuleFor, type SeenRequest } from './seen-request.ts';
import {
  createWireReader,
  headerOf,
  messageBytes,
  parseHead,
  readBody,
  type WireMessage,
  type WireReader,
  writeAll,
} from './wire-messages.ts';

/** What is done to the client's connection, one step after the other. After `end` nothing more happens on it. */
export type Step =
  | { readonly type: 'send'; readonly bytes: Buffer; readonly splitAt?: 'every byte' }
  | { readonly type: 'pause'; readonly ms: number }
  /** Kept back until the next request begins to come on this connection, and then sent at once. */
  | { readonly type: 'sendAtNextRequest'; readonly bytes: Buffer }
  | { readonly type: 'end'; readonly how: Ending };

/** A reset, a clean end of our side, or nothing at all any more. */
export type Ending = 'reset' | 'fin' | 'silence';

export type LineFault = {
  readonly name: string;
  /** Stops taking the request after so many of its bytes (`at` is told what it is made of) and ends the connection. */
  readonly cutRequest?: {
    readonly at: (headBytes: number, bodyBytes: number) => number;
    readonly how: Ending;
  };
  /** Takes the body so slowly. */
  readonly slowly?: { readonly bytes: number; readonly everyMs: number };
  /** Changes the body on its way to the server. */
  readonly changeRequest?: (body: Buffer) => Buffer;
  /** Said as soon as the head of the request is here, before its body and the server's answer. */
  readonly early?: Buffer;
  /** Answers itself, when the whole request has come (or, `atHead`, without taking its body); the server never hears of it. */
  readonly instead?: (request: WireMessage) => readonly Step[];
  readonly atHead?: boolean;
  /** Changes the server's answer. */
  readonly answer?: (answer: WireMessage, request: WireMessage) => readonly Step[];
};

export type FaultyLine = {
  readonly endpointUrl: string;
  /** All requests whose head came, in order. `fault` is the name of what was done to it. */
  readonly requests: readonly SeenRequest[];
  add(rule: RuleFor<LineFault>): void;
  clear(): void;
  close(): Promise<void>;
};

/** Long enough for the other side to have read what was sent before a reset throws it away. */
const beforeResetMs = 15;

/**
 * A TCP line before an S3 server that does one thing wrong, to the byte: what `startFaultyS3`, which speaks HTTP properly,
 * cannot. Messages are taken whole and played on; each goes to the server on a connection of its own.
 */
export async function startFaultyLine(targetUrl: string): Promise<FaultyLine> {
  const target = new URL(targetUrl);
  const requests: SeenRequest[] = [];
  const rules = createFaultRules<LineFault>();
  const sockets = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    // A reset is what this is about; whoever waits for bytes sees the end.
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    return socket.setNoDelay(true);
  };

  async function end(client: Socket, how: Ending): Promise<void> {
    if (how === 'silence') return;
    await sleep(beforeResetMs);
    if (how === 'reset') client.resetAndDestroy();
    else client.end();
  }

  /** The bytes that come next at the client's next request; null when the connection has been ended. */
  async function play(client: Socket, steps: readonly Step[]): Promise<Buffer | null> {
    let later = Buffer.alloc(0);
    for (const step of steps) {
      if (step.type === 'pause') await sleep(step.ms);
      else if (step.type === 'sendAtNextRequest') later = Buffer.concat([later, step.bytes]);
      else if (step.type === 'end') {
        await end(client, step.how);
        return null;
      } else if (step.splitAt === 'every byte') {
        for (const byte of step.bytes) {
          await writeAll(client, Buffer.of(byte));
          await new Promise((resolve) => setImmediate(resolve));
        }
      } else await writeAll(client, step.bytes);
    }
    return later;
  }

  async function askServer(request: WireMessage): Promise<WireMessage | null> {
    const server = track(connect({ host: target.hostname, port: Number(target.port) }));
    const reader = createWireReader(server);
    await writeAll(server, messageBytes(request));
    try {
      for (;;) {
        const head = await reader.through('\r\n\r\n');
        if (head === null) return null;
        const answer = parseHead(head);
        const status = Number(answer.startLine.split(' ')[1]);
        if (status < 200) continue;
        const hasBody = !request.startLine.startsWith('HEAD ') && status !== 204 && status !== 304;
        const body = hasBody ? await readBody(reader, answer, true) : Buffer.alloc(0);
        if (body === null) return null;
        // As one piece from here on, however it came.
        const headers = answer.headers.filter(([name]) => !/^(transfer-encoding|connection|keep-alive)$/i.test(name));
        const withLength = { ...answer, headers, body };
        const told = headerOf(answer, 'content-length');
        return told !== undefined || !hasBody
          ? withLength
          : { ...withLength, headers: [...headers, ['Content-Length', String(body.length)]] };
      }
    } finally {
      server.destroy();
    }
  }

  /** A part of a request: what the server has of it when the line is cut, too. */
  function tellServer(bytes: Buffer): void {
    const server = track(connect({ host: target.hostname, port: Number(target.port) }));
    server.end(bytes);
    server.resume();
  }

  async function takeSlowly(
    client: Socket,
    reader: WireReader,
    size: number,
    pace: LineFault['slowly'],
  ): Promise<void> {
    if (pace === undefined) return;
    for (let taken = 0; taken < size; taken += pace.bytes) {
      await reader.peek(Math.min(size, taken + pace.bytes));
      client.pause();
      await sleep(pace.everyMs);
      client.resume();
    }
  }

  /** One request and its answer; null: the connection is over. */
  async function exchange(client: Socket, reader: WireReader, head: Buffer): Promise<Buffer | null> {
    const request = parseHead(head);
    const [method = '', url = ''] = request.startLine.split(' ');
    const headers = Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
    const seen = describeRequest({ method, url, headers });
    requests.push(seen);
    const fault = rules.take(seen);
    seen.fault = fault?.name ?? null;
    const size = Number(headerOf(request, 'content-length') ?? 0);
    if (fault?.cutRequest !== undefined) {
      const count = fault.cutRequest.at(head.length, size);
      const body = await reader.peek(Math.max(0, count - head.length));
      tellServer(Buffer.concat([head, body]).subarray(0, count));
      await end(client, fault.cutRequest.how);
      return null;
    }
    if (fault?.early !== undefined) await writeAll(client, fault.early);
    if (fault?.atHead && fault.instead) return play(client, fault.instead(request));
    if (headerOf(request, 'expect') !== undefined) await writeAll(client, Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'));
    await takeSlowly(client, reader, size, fault?.slowly);
    const body = await readBody(reader, request, false);
    if (body === null) return null;
    seen.requestBytes = body.length;
    if (fault?.instead) return play(client, fault.instead({ ...request, body }));
    const sent = { ...request, body: fault?.changeRequest?.(body) ?? body };
    const answer = await askServer(sent);
    if (answer === null) {
      await end(client, 'reset');
      return null;
    }
    seen.status = Number(answer.startLine.split(' ')[1]);
    const steps = fault?.answer?.(answer, request) ?? [{ type: 'send', bytes: messageBytes(answer) }];
    return play(client, steps);
  }

  async function serve(client: Socket): Promise<void> {
    const reader = createWireReader(client);
    for (let later: Buffer | null = Buffer.alloc(0); later !== null; ) {
      if ((await reader.peek(1)).length === 0) break;
      if (later.length > 0) await writeAll(client, later);
      const head = await reader.through('\r\n\r\n');
      if (head === null) break;
      later = await exchange(client, reader, head);
      if (later === null) return;
    }
    client.end();
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    serve(track(client)).catch(() => client.destroy());
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  return {
    endpointUrl: `http://127.0.0.1:${port}`,
    requests,
    add: rules.add,
    clear: rules.clear,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
