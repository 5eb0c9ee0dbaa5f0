import type { Socket } from 'node:net';

/** An HTTP/1.1 message as bytes: only as much of it is understood as is needed to know where it ends. */
export type WireMessage = {
  /** `GET /a HTTP/1.1` or `HTTP/1.1 200 OK`. */
  readonly startLine: string;
  /** Names as they were sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Without chunks. */
  readonly body: Buffer;
};

/** Waits for bytes of a socket and takes them one after the other; null at its end. */
export type WireReader = {
  /** At least that many bytes, or all that came before the end. */
  peek(count: number): Promise<Buffer>;
  take(count: number): Buffer;
  /** Up to and with these bytes; null when the end comes first. */
  through(mark: string): Promise<Buffer | null>;
  toEnd(): Promise<Buffer>;
};

export function createWireReader(socket: Socket): WireReader {
  let chunks: Buffer[] = [];
  const state = { keptBytes: 0, hasEnded: false };
  let wake = (): void => undefined;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    state.keptBytes += chunk.length;
    wake();
  });
  const end = () => {
    state.hasEnded = true;
    wake();
  };
  for (const event of ['end', 'close', 'error']) socket.on(event, end);
  const more = () => new Promise<void>((resolve) => (wake = resolve));
  /** As one piece: asked for only when enough has come. */
  const kept = (): Buffer => {
    if (chunks.length !== 1) chunks = [Buffer.concat(chunks)];
    return chunks[0] as Buffer;
  };
  const take = (count: number): Buffer => {
    const all = kept();
    chunks = [all.subarray(count)];
    state.keptBytes = chunks[0]?.length ?? 0;
    return all.subarray(0, count);
  };
  return {
    async peek(count) {
      while (state.keptBytes < count && !state.hasEnded) await more();
      return kept().subarray(0, count);
    },
    take,
    async through(mark) {
      for (;;) {
        const at = kept().indexOf(mark);
        if (at >= 0) return take(at + mark.length);
        if (state.hasEnded) return null;
        await more();
      }
    },
    async toEnd() {
      while (!state.hasEnded) await more();
      return take(state.keptBytes);
    },
  };
}

export function headerOf(message: Pick<WireMessage, 'headers'>, name: string): string | undefined {
  return message.headers.find(([other]) => other.toLowerCase() === name)?.[1];
}

/** Those headers changed; null takes one away. */
export function withHeaders(message: WireMessage, changes: Readonly<Record<string, string | null>>): WireMessage {
  const kept = message.headers.filter(([name]) => !Object.hasOwn(changes, name.toLowerCase()));
  const added = Object.entries(changes).flatMap(([name, value]): [string, string][] =>
    value === null ? [] : [[name, value]],
  );
  return { ...message, headers: [...kept, ...added] };
}

export function parseHead(head: Buffer): WireMessage {
  const [startLine = '', ...lines] = head.toString('latin1').trimEnd().split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { startLine, headers, body: Buffer.alloc(0) };
}

export function headBytes({ startLine, headers }: Pick<WireMessage, 'startLine' | 'headers'>): Buffer {
  return Buffer.from(
    `${[startLine, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n`,
    'latin1',
  );
}

export const messageBytes = (message: WireMessage): Buffer => Buffer.concat([headBytes(message), message.body]);

/** The body that follows this head; null when the connection ends before it does. */
export async function readBody(reader: WireReader, head: WireMessage, untilEnd: boolean): Promise<Buffer | null> {
  if (/\bchunked\b/i.test(headerOf(head, 'transfer-encoding') ?? '')) {
    const chunks: Buffer[] = [];
    for (;;) {
      const line = await reader.through('\r\n');
      if (line === null) return null;
      const size = Number.parseInt(line.toString(), 16);
      if (size === 0) break;
      if ((await reader.peek(size + 2)).length < size + 2) return null;
      chunks.push(reader.take(size + 2).subarray(0, size));
    }
    while ((await reader.through('\r\n'))?.length !== 2) continue;
    return Buffer.concat(chunks);
  }
  const length = headerOf(head, 'content-length');
  if (length === undefined) return untilEnd ? reader.toEnd() : Buffer.alloc(0);
  const size = Number(length);
  return (await reader.peek(size)).length < size ? null : reader.take(size);
}

/** Writes and waits until the kernel has it. */
export async function writeAll(socket: Socket, bytes: Buffer): Promise<void> {
  if (socket.destroyed || socket.writableEnded) return;
  await new Promise<void>((resolve) => {
    socket.once('close', resolve);
    socket.write(bytes, () => {
      socket.off('close', resolve);
      resolve();
    });
  });
}
