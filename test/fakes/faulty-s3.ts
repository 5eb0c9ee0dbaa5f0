import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as sendRequest,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createFaultRules, describeRequest, type RuleFor, type SeenRequest } from './seen-request.ts';

export type Fault =
  /** Answers itself; the server never hears of it. `headers` for redirects and Retry-After. */
  | {
      readonly type: 'respond';
      readonly status: number;
      readonly code: string;
      readonly message?: string;
      readonly headers?: Record<string, string>;
    }
  /**
   * Resets the socket: before the body is read, when all of it came, or when the server has done its work and only the
   * answer is lost.
   */
  | { readonly type: 'reset'; readonly when: 'beforeBody' | 'afterBody' | 'beforeAnswer' }
  /** Ends the connection in the middle of the answer's body (after `afterBytes`, else half of it). */
  | { readonly type: 'cutAnswer'; readonly afterBytes?: number }
  /** Says nothing for ever: from the start, or after some bytes of the answer's body. */
  | { readonly type: 'hang'; readonly afterBytes?: number }
  /** Changes one byte of the body on its way to the server, or of the answer's body (at `atByte`, else in the middle). */
  | { readonly type: 'corruptRequest'; readonly atByte?: number }
  | { readonly type: 'corruptAnswer'; readonly atByte?: number }
  /** Waits, before the request goes to the server, until the test lets it go. */
  | { readonly type: 'hold'; readonly until: Promise<unknown> }
  /** Lets no more than this through, in either direction. */
  | { readonly type: 'slow'; readonly bytesPerSecond: number }
  /** The Date header of the answer is this much ahead. */
  | { readonly type: 'skewDate'; readonly aheadMs: number }
  /** Changes headers of the answer; null takes one away. */
  | { readonly type: 'headers'; readonly headers: Record<string, string | null> };

export type FaultRule = RuleFor<Fault>;

export type FaultyS3 = {
  readonly endpointUrl: string;
  readonly port: number;
  /** All requests so far, in the order they came. */
  readonly requests: readonly SeenRequest[];
  /** Rules are asked in the order they were added; the first that matches and is not used up is taken. */
  add(rule: FaultRule): void;
  /** No more faults; what hangs goes on hanging. */
  clear(): void;
  /** Part numbers of the uploads seen (PUT with a part number), in order; `onlyDone`: answered with 200. */
  sentParts(onlyDone?: boolean): number[];
  close(): Promise<void>;
};

/**
 * An HTTP proxy before an S3 server that fails when it is told to. Host and all signed headers go on as they came, so
 * that signatures hold: clients sign for the proxy's address and the server checks the Host it receives.
 */
export async function startFaultyS3(targetUrl: string): Promise<FaultyS3> {
  const target = new URL(targetUrl);
  const agent = new Agent({ keepAlive: true });
  const requests: SeenRequest[] = [];
  const rules = createFaultRules<Fault>();

  async function handle(incoming: IncomingMessage, response: ServerResponse, expectsContinue: boolean): Promise<void> {
    const seen = describeRequest(incoming);
    requests.push(seen);
    response.once('close', () => (seen.isLeft = !response.writableFinished));
    const fault = rules.take(seen);
    seen.fault = fault?.type ?? null;
    if (fault?.type === 'reset' && fault.when === 'beforeBody') return reset(incoming);
    if (fault?.type === 'hang' && fault.afterBytes === undefined) return;
    if (fault?.type === 'respond') return respond(seen, response, fault);
    if (fault?.type === 'hold') await fault.until;
    if (expectsContinue) response.writeContinue();
    if (fault?.type === 'reset' && fault.when === 'afterBody') {
      for await (const chunk of incoming) seen.requestBytes += (chunk as Buffer).length;
      return reset(incoming);
    }
    await forward(seen, incoming, response, fault);
  }

  async function forward(
    seen: SeenRequest,
    incoming: IncomingMessage,
    response: ServerResponse,
    fault: Fault | null,
  ): Promise<void> {
    const outgoing = sendRequest({
      agent,
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: incoming.url,
      headers: withoutExpect(incoming.rawHeaders),
      setHost: false,
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve);
      outgoing.once('error', reject);
    });
    answered.catch(() => undefined);
    const toServer: Transform[] = [counting((bytes) => (seen.requestBytes += bytes))];
    if (fault?.type === 'corruptRequest') toServer.push(corrupting(fault.atByte ?? middle(incoming.headers)));
    if (fault?.type === 'slow') toServer.push(slowing(fault.bytesPerSecond));
    // A server that answers before the whole body came has its answer passed on all the same.
    const sending = pipeline([incoming, ...toServer, outgoing]).catch((thrown: unknown) => thrown);
    const answer = await answered.catch(() => null);
    if (!answer || (fault?.type === 'reset' && fault.when === 'beforeAnswer')) {
      answer?.resume();
      await sending;
      return reset(incoming);
    }
    response.writeHead(answer.statusCode ?? 502, changedHeaders(answer, fault));
    seen.status = answer.statusCode ?? null;
    const toClient: Transform[] = [];
    const half = middle(answer.headers);
    if (fault?.type === 'corruptAnswer') toClient.push(corrupting(fault.atByte ?? half));
    if (fault?.type === 'slow') toClient.push(slowing(fault.bytesPerSecond));
    if (fault?.type === 'cutAnswer')
      toClient.push(stopping(fault.afterBytes ?? half, () => response.socket?.destroy()));
    if (fault?.type === 'hang') toClient.push(stopping(fault.afterBytes ?? half, () => undefined));
    toClient.push(counting((bytes) => (seen.responseBytes += bytes)));
    try {
      await pipeline([answer, ...toClient, response]);
      seen.isFinished = true;
    } catch {
      response.destroy();
    }
  }

  const server = createServer({ maxHeaderSize: 65_536, keepAliveTimeout: 75_000, requestTimeout: 0 });
  const accept = (incoming: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => {
    handle(incoming, response, expectsContinue).catch(() => response.destroy());
  };
  server.on('request', (incoming, response) => accept(incoming, response, false));
  server.on('checkContinue', (incoming, response) => accept(incoming, response, true));
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

  return {
    endpointUrl: `http://127.0.0.1:${port}`,
    port,
    requests,
    add: rules.add,
    clear: rules.clear,
    sentParts: (onlyDone = false) =>
      requests
        .filter((seen) => seen.method === 'PUT' && (!onlyDone || seen.status === 200))
        .map((seen) => seen.partNumber)
        .filter((partNumber) => partNumber !== null),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

function reset(incoming: IncomingMessage): void {
  incoming.socket.resetAndDestroy();
}

function respond(seen: SeenRequest, response: ServerResponse, fault: Extract<Fault, { type: 'respond' }>): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${fault.code}</Code><Message>${fault.message ?? 'Made by the test'}</Message><RequestId>FAULT</RequestId></Error>`;
  seen.status = fault.status;
  response.writeHead(fault.status, {
    'content-type': 'application/xml',
    'content-length': seen.method === 'HEAD' ? 0 : Buffer.byteLength(body),
    ...fault.headers,
  });
  response.end(seen.method === 'HEAD' ? undefined : body);
}

/** The proxy has said `100 Continue` itself. */
function withoutExpect(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] as string;
    if (name.toLowerCase() !== 'expect') kept.push(name, raw[i + 1] as string);
  }
  return kept;
}

function changedHeaders(answer: IncomingMessage, fault: Fault | null): string[] {
  const changes: Record<string, string | null> = fault?.type === 'headers' ? { ...fault.headers } : {};
  if (fault?.type === 'skewDate') changes['date'] = new Date(Date.now() + fault.aheadMs).toUTCString();
  const headers: string[] = [];
  for (let i = 0; i + 1 < answer.rawHeaders.length; i += 2) {
    const name = answer.rawHeaders[i] as string;
    const isChanged = Object.keys(changes).some((other) => other.toLowerCase() === name.toLowerCase());
    if (!isChanged) headers.push(name, answer.rawHeaders[i + 1] as string);
  }
  for (const [name, value] of Object.entries(changes)) if (value !== null) headers.push(name, value);
  return headers;
}

function middle(headers: IncomingHttpHeaders): number {
  return Math.floor(Number(headers['content-length'] ?? 2) / 2);
}

function counting(onBytes: (bytes: number) => void): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
}

function corrupting(atByte: number): Transform {
  let position = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      const index = atByte - position;
      position += chunk.length;
      if (index < 0 || index >= chunk.length) return done(null, chunk);
      const changed = Buffer.from(chunk);
      changed[index] = (changed[index] as number) ^ 0x01;
      done(null, changed);
    },
  });
}

/** Passes on so many bytes, calls back once they are out, and never passes on another. */
function stopping(afterBytes: number, onStop: () => void): Transform {
  let left = afterBytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (left >= chunk.length) {
        left -= chunk.length;
        done(null, chunk);
        return;
      }
      this.push(chunk.subarray(0, left));
      left = 0;
      // The bytes before the end must have left the process; the callback that would ask for more is never called.
      setTimeout(onStop, 50);
    },
  });
}

function slowing(bytesPerSecond: number): Transform {
  return new Transform({
    highWaterMark: Math.max(1, Math.min(65_536, bytesPerSecond)),
    transform: (chunk: Buffer, _encoding, done) => {
      setTimeout(() => done(null, chunk), (chunk.length / bytesPerSecond) * 1000);
    },
  });
}
