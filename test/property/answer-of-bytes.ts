import { request } from 'node:http';
import { Duplex } from 'node:stream';
import { createResponseParser, type ResponseHead } from '../../main/s3/data-plane/http/response-parser.ts';

/** What a reader of HTTP made of the bytes of a connection that was then ended. */
export type Answer = {
  status: number | null;
  /** Lower case; in order, repeated ones joined. */
  headers: [name: string, value: string][];
  /** What came of it. */
  body: string;
  keepsAlive: boolean;
  /** `cut`: the connection ended too early. `refused`: this is no HTTP. `ended`: whole because the connection has ended. */
  outcome: 'whole' | 'ended' | 'cut' | 'refused';
  reason: string;
};

const nothing: Answer = { status: null, headers: [], body: '', keepsAlive: false, outcome: 'cut', reason: '' };

/** Ours. `takenBytes`: how much of it belonged to the answer. */
export function readAsWe(packets: readonly Buffer[], isHead: boolean): Answer & { takenBytes: number } {
  const body: string[] = [];
  let head: ResponseHead | null = null as ResponseHead | null;
  let takenBytes = 0;
  const parser = createResponseParser(
    { onHead: (told) => (head = told), onBody: (bytes) => body.push(Buffer.from(bytes).toString('latin1')) },
    isHead,
  );
  const answer = (outcome: Answer['outcome'], reason = '') => ({
    ...nothing,
    ...(head === null ? {} : { status: head.status, headers: [...head.headers], keepsAlive: head.keepsAlive }),
    body: body.join(''),
    outcome,
    reason,
    takenBytes,
  });
  try {
    for (const packet of packets) {
      // The buffer that a socket reads into is used again: nothing of it may be kept.
      const lent = Buffer.from(packet);
      const taken = parser.push(lent);
      lent.fill(0x58);
      takenBytes += taken;
      if (taken < packet.length || parser.isComplete()) return answer('whole');
    }
  } catch (error) {
    return answer('refused', error instanceof Error ? error.message : String(error));
  }
  return answer(parser.end() ? 'ended' : 'cut');
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Node's own client (llhttp), on a connection that is only memory. */
export async function readAsNode(bytes: Buffer, isHead: boolean): Promise<Answer> {
  const answer: Answer = { ...nothing, headers: [] };
  const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const asked = request({
    method: isHead ? 'HEAD' : 'GET',
    createConnection: () => socket,
    maxHeaderSize: 64 * 1024,
  });
  asked.shouldKeepAlive = true;
  let isWhole = () => false;
  asked.on('error', (error: NodeJS.ErrnoException) => {
    // A failure of what follows the answer is none of the answer.
    if (isWhole() || error.code === 'ECONNRESET') return;
    answer.outcome = 'refused';
    answer.reason = `${error.code} ${error.message}`;
  });
  asked.on('upgrade', (response) => Object.assign(answer, { outcome: 'refused', status: response.statusCode ?? null }));
  asked.on('response', (response) => {
    answer.status = response.statusCode ?? null;
    answer.keepsAlive = asked.shouldKeepAlive;
    const headers = new Map<string, string>();
    for (let index = 0; index < response.rawHeaders.length; index += 2) {
      const [name = '', value = ''] = response.rawHeaders.slice(index, index + 2);
      const before = headers.get(name.toLowerCase());
      headers.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
    }
    answer.headers = [...headers];
    isWhole = () => response.complete;
    response.on('data', (chunk: Buffer) => (answer.body += chunk.toString('latin1')));
    response.on('error', () => undefined);
  });
  asked.end();
  await turn();
  socket.push(bytes);
  await turn();
  if (answer.outcome === 'cut' && isWhole()) answer.outcome = 'whole';
  socket.push(null);
  await turn();
  if (answer.outcome === 'cut' && isWhole()) answer.outcome = 'ended';
  socket.destroy();
  return answer;
}
