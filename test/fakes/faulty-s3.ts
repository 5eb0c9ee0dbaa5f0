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

/** A request as it came to the proxy, and what became of it. Counts grow while it runs. */
export type SeenRequest = {
  readonly method: string;
  /** As it was sent, still encoded, without the query. */
  readonly path: string;
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Null when it is not about a part. */
  readonly partNumber: number | null;
  readonly uploadId: string | null;
  /** Bytes of the body that came from the client. */
  requestBytes: number;
  /** Bytes of the answer's body that were sent to the client. */
  responseBytes: number;
  /** Of the answer the client got; null while there is none, or when it got none. */
  status: number | null;
  /** True once the whole answer went to the client. */
  isFinished: boolean;
  /** True once the client went away before that. */
  isLeft: boolean;
  /** What was done to it. */
  fault: Fault['type'] | null;
};

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
  /** Waits before the request goes to the server. */
  | { readonly type: 'delay'; readonly delayMs: number }
  /** Waits for this before the request goes to the server. */
  | { readonly type: 'hold'; readonly until: Promise<unknown> }
  /** Lets no more than this through, in either direction. */
  | { readonly type: 'slow'; readonly bytesPerSecond: number }
  /** The Date header of the answer is this much ahead. */
  | { readonly type: 'skewDate'; readonly aheadMs: number }
  /** Changes headers of the answer; null takes one away. */
  | { readonly type: 'headers'; readonly headers: Record<string, string | null> };

export type FaultRule = {
  readonly match: (request: SeenRequest) => boolean;
  readonly fault: Fault;
  /** How many matching requests it happens to (default 1; Infinity for all). */
  readonly times?: number;
  /** How many matching requests go through untouched before (default 0). */
  readonly skip?: number;
};

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
  const rules: { rule: FaultRule; skip: number; left: number }[] = [];

  function faultFor(seen: SeenRequest): Fault | null {
    for (const entry of rules) {
      if (entry.left <= 0 || !entry.rule.match(seen)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.left -= 1;
      return entry.rule.fault;
    }
    return null;
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse, expectsContinue: boolean): Promise<void> {
    const seen = describe(incoming);
    requests.push(seen);
    response.once('close', () => (seen.isLeft = !response.writableFinished));
    const fault = faultFor(seen);
    seen.fault = fault?.type ?? null;
    if (fault?.type === 'reset' && fault.when === 'beforeBody') return reset(incoming);
    if (fault?.type === 'hang' && fault.afterBytes === undefined) return;
    if (fault?.type === 'respond') return respond(seen, response, fault);
    if (fault?.type === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
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
    add: (rule) => void rules.push({ rule, skip: rule.skip ?? 0, left: rule.times ?? 1 }),
    clear: () => void rules.splice(0),
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

function describe(incoming: IncomingMessage): SeenRequest {
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const part = parameters.get('partNumber');
  return {
    method: incoming.method ?? 'GET',
    path,
    bucket,
    key: decodeURIComponent(key),
    query: parameters,
    headers: incoming.headers,
    partNumber: part === null ? null : Number(part),
    uploadId: parameters.get('uploadId'),
    requestBytes: 0,
    responseBytes: 0,
    status: null,
    isFinished: false,
    isLeft: false,
    fault: null,
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
