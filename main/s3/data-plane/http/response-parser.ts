/** The status line and headers of an answer. Names are lower case; values of repeated names are joined with `, `. */
export type ResponseHead = {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** The connection may carry another exchange once this one has ended. */
  readonly keepsAlive: boolean;
};

export type ResponseSink = {
  onHead(head: ResponseHead): void;
  /** The bytes are only good for as long as the call takes. */
  onBody(bytes: Uint8Array): void;
};

export type ResponseParser = {
  /**
   * Takes the bytes of the connection as they come and answers how many of them belong to this answer: fewer than all
   * once it is complete. Throws HttpSyntaxError.
   */
  push(bytes: Buffer): number;
  /** The connection has ended. True when the answer is complete by that; one without a length is. */
  end(): boolean;
  isComplete(): boolean;
};

/** What came is not HTTP/1.1 as RFC 9112 has it, or not safe to be taken for it. */
export class HttpSyntaxError extends Error {
  readonly code = 'HPE_INVALID';
}

/** Node's limit is 16 KiB, nginx' default 32 KiB. */
const maxHeadBytes = 64 * 1024;
/** A server that keeps sending interim answers would be waited for without end. */
const maxInterimAnswers = 32;
/** Of a chunk's size with its extensions, or of one trailer. */
const maxLineBytes = 8 * 1024;

const endOfHead = Buffer.from('\r\n\r\n');
const statusLine = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const tokenName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Not `trim`: it takes more for a blank, such as a bare LF behind a length, or the last byte of a name that ends in `à`. */
const outerBlanks = /^[\t ]+|[\t ]+$/g;
const chunkSize = /^([0-9A-Fa-f]{1,13})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;

type Framing =
  | { readonly type: 'none' | 'chunked' | 'untilClose' }
  | { readonly type: 'length'; readonly bytes: number };

/** Pure but for the sink. `isHead`: of a HEAD request, whose answer has a length but no body. */
export function createResponseParser(sink: ResponseSink, isHead = false): ResponseParser {
  let state: 'head' | 'body' | 'chunkSize' | 'chunkData' | 'chunkEnd' | 'trailers' | 'untilClose' | 'complete' = 'head';
  /** Of a head or a line whose end has not come yet. */
  let held: Buffer | null = null;
  /** Of the body, or of its present chunk. */
  let leftBytes = 0;
  let interimAnswers = 0;

  function takeHead(bytes: Buffer, from: number): number {
    const before = held?.length ?? 0;
    const all = held === null ? bytes.subarray(from) : Buffer.concat([held, bytes.subarray(from)]);
    const end = all.indexOf(endOfHead);
    if (end < 0 ? all.length > maxHeadBytes : end > maxHeadBytes) throw new HttpSyntaxError('the head has no end');
    if (end < 0) {
      checkBeginning(all);
      held = Buffer.from(all);
      return bytes.length;
    }
    held = null;
    const { head, framing } = readHead(all.toString('latin1', 0, end), isHead);
    if (head.status >= 200) {
      state = stateOf(framing);
      leftBytes = framing.type === 'length' ? framing.bytes : 0;
      sink.onHead(head);
    } else if (head.status === 101) throw new HttpSyntaxError('the server switches to another protocol');
    else if ((interimAnswers += 1) > maxInterimAnswers) throw new HttpSyntaxError('too many interim answers');
    return from + end + endOfHead.length - before;
  }

  /** The line without its end, once all of it has come; null till then. Sets `lineEnd` to where it ended. */
  let lineEnd = 0;
  function takeLine(bytes: Buffer, from: number): string | null {
    const newline = bytes.indexOf(10, from);
    const piece = bytes.subarray(from, newline < 0 ? bytes.length : newline + 1);
    const line = held === null ? piece : Buffer.concat([held, piece]);
    if (line.length > maxLineBytes) throw new HttpSyntaxError('a line has no end');
    lineEnd = from + piece.length;
    if (newline < 0) {
      held = Buffer.from(line);
      return null;
    }
    held = null;
    if (line.length < 2 || line[line.length - 2] !== 13) throw new HttpSyntaxError('a line ends without CR');
    return line.toString('latin1', 0, line.length - 2);
  }

  function takeBody(bytes: Buffer, from: number): number {
    const count = Math.min(leftBytes, bytes.length - from);
    if (count > 0) sink.onBody(from === 0 && count === bytes.length ? bytes : bytes.subarray(from, from + count));
    leftBytes -= count;
    if (leftBytes === 0) state = state === 'body' ? 'complete' : 'chunkEnd';
    return from + count;
  }

  function takeLineOfChunks(bytes: Buffer, from: number): number {
    const line = takeLine(bytes, from);
    if (line === null) return lineEnd;
    if (state === 'chunkSize') {
      const size = chunkSize.exec(line)?.[1];
      if (size === undefined) throw new HttpSyntaxError('a chunk has no size');
      leftBytes = Number.parseInt(size, 16);
      state = leftBytes === 0 ? 'trailers' : 'chunkData';
    } else if (state === 'chunkEnd') {
      if (line !== '') throw new HttpSyntaxError('a chunk is longer than its size');
      state = 'chunkSize';
    } else if (line === '') state = 'complete';
    else readField(line);
    return lineEnd;
  }

  return {
    push(bytes) {
      let at = 0;
      while (at < bytes.length && state !== 'complete') {
        if (state === 'head') at = takeHead(bytes, at);
        else if (state === 'body' || state === 'chunkData') at = takeBody(bytes, at);
        else if (state === 'untilClose') {
          sink.onBody(at === 0 ? bytes : bytes.subarray(at));
          at = bytes.length;
        } else at = takeLineOfChunks(bytes, at);
      }
      return at;
    },
    end() {
      if (state === 'untilClose') state = 'complete';
      return state === 'complete';
    },
    isComplete: () => state === 'complete',
  };
}

function stateOf(framing: Framing): 'body' | 'chunkSize' | 'untilClose' | 'complete' {
  if (framing.type === 'chunked') return 'chunkSize';
  if (framing.type === 'untilClose') return 'untilClose';
  return framing.type === 'length' && framing.bytes > 0 ? 'body' : 'complete';
}

const beginning = 'HTTP/1.';

/** Another protocol on that port is noticed at its first bytes, not when it falls silent. */
function checkBeginning(bytes: Buffer): void {
  const count = Math.min(bytes.length, beginning.length);
  if (bytes.toString('latin1', 0, count) !== beginning.slice(0, count)) throw new HttpSyntaxError('this is not HTTP/1');
}

function readField(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':');
  const name = line.slice(0, colon);
  if (colon < 1 || !tokenName.test(name)) throw new HttpSyntaxError('a header has no name');
  const value = line.slice(colon + 1).replace(outerBlanks, '');
  if (!fieldValue.test(value)) throw new HttpSyntaxError('a header has characters that none may have');
  return [name.toLowerCase(), value];
}

function readHead(text: string, isHead: boolean): { readonly head: ResponseHead; readonly framing: Framing } {
  const lines = text.split('\r\n');
  const status = statusLine.exec(lines[0] ?? '');
  if (status === null) throw new HttpSyntaxError('this is not HTTP/1');
  const headers = new Map<string, string>();
  for (let index = 1; index < lines.length; index += 1) {
    const [name, value] = readField(lines[index] as string);
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  const code = Number(status[2]);
  const framing = framingOf(code, headers, isHead);
  const connection = (headers.get('connection') ?? '').toLowerCase().split(/[ \t]*,[ \t]*/);
  const wanted = status[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive');
  return { head: { status: code, headers, keepsAlive: wanted && framing.type !== 'untilClose' }, framing };
}

/** RFC 9112, 6.3. What may be read in two ways is refused: one of them would take the body's end for an answer. */
function framingOf(status: number, headers: ReadonlyMap<string, string>, isHead: boolean): Framing {
  const encoding = headers.get('transfer-encoding');
  const length = headers.get('content-length');
  if (encoding !== undefined && length !== undefined) throw new HttpSyntaxError('a body has two lengths');
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked')
    throw new HttpSyntaxError('a body has an encoding that was not asked for');
  const bytes = length === undefined ? null : lengthOf(length);
  if (isHead || status < 200 || status === 204 || status === 304) return { type: 'none' };
  if (encoding !== undefined) return { type: 'chunked' };
  return bytes === null ? { type: 'untilClose' } : { type: 'length', bytes };
}

function lengthOf(text: string): number {
  const [first, ...others] = text.split(/[ \t]*,[ \t]*/);
  const same = others.every((other) => other === first);
  const bytes = /^\d{1,16}$/.test(first ?? '') ? Number(first) : Number.NaN;
  if (!same || !Number.isSafeInteger(bytes)) throw new HttpSyntaxError('a body has no proper length');
  return bytes;
}
