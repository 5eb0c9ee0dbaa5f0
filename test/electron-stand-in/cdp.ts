import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';

type Message = {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  sessionId?: string;
  result?: unknown;
  error?: { message: string };
};

/** A session of the DevTools protocol; events are emitted under their method name. The root session has no id. */
export class CdpSession extends EventEmitter {
  readonly #connection: CdpConnection;
  readonly id: string | undefined;

  constructor(connection: CdpConnection, id: string | undefined) {
    super();
    this.setMaxListeners(100);
    this.#connection = connection;
    this.id = id;
  }

  /** Rejects with the protocol's own message. The answer's shape is the caller's to know. */
  // oxlint-disable-next-line typescript/no-explicit-any
  send(method: string, params: object = {}): Promise<any> {
    return this.#connection.send(method, params, this.id);
  }
}

/** The DevTools protocol over Chromium's debugging pipe: one JSON text a message, NUL between them. */
export class CdpConnection {
  readonly root = new CdpSession(this, undefined);
  readonly #output: Writable;
  readonly #sessions = new Map<string, CdpSession>();
  readonly #pending = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void; method: string }
  >();
  #nextId = 1;
  #closed = false;

  constructor(output: Writable, input: Readable) {
    this.#output = output;
    let rest = Buffer.alloc(0);
    input.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        const text = rest.subarray(0, end).toString('utf8');
        rest = rest.subarray(end + 1);
        this.#receive(JSON.parse(text) as Message);
      }
    });
    const closed = (): void => this.#fail();
    input.on('close', closed);
    input.on('error', closed);
    output.on('error', closed);
  }

  session(id: string): CdpSession {
    let session = this.#sessions.get(id);
    if (!session) {
      session = new CdpSession(this, id);
      this.#sessions.set(id, session);
    }
    return session;
  }

  send(method: string, params: object, sessionId: string | undefined): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error(`${method}: Chromium is gone.`));
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, method });
      this.#output.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    });
  }

  #receive(message: Message): void {
    if (message.id !== undefined) {
      const waiting = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.error) waiting?.reject(new Error(`${waiting.method}: ${message.error.message}`));
      else waiting?.resolve(message.result);
      return;
    }
    const session = message.sessionId ? this.session(message.sessionId) : this.root;
    session.emit(message.method ?? '', message.params ?? {});
  }

  #fail(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { reject, method } of this.#pending.values()) reject(new Error(`${method}: Chromium is gone.`));
    this.#pending.clear();
  }
}
