import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exchange } from '../../main/s3/data-plane/exchange.ts';
import type { DataTarget } from '../../main/s3/data-plane/transport.ts';
import { ok } from '../../shared/result.ts';

const stallMs = 2000;
/** Zero until the answer has been on its way for longer than silence is suffered. */
const answered = new Int32Array(new SharedArrayBuffer(4));
/** A server in a thread of its own: it answers although the thread of the test stands still. */
const serverCode = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const { answered, stallMs } = workerData;
  const server = createServer((request, response) => {
    request.resume();
    response.write('first');
    setTimeout(() => response.end('last'), 100);
    setTimeout(() => {
      Atomics.store(answered, 0, 1);
      Atomics.notify(answered, 0);
    }, stallMs + 500);
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;
let server: Worker;
let target: DataTarget;

beforeEach(async () => {
  server = new Worker(serverCode, { eval: true, workerData: { answered, stallMs } });
  const [port] = (await once(server, 'message')) as [number];
  target = {
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    host: `127.0.0.1:${port}`,
    pathPrefix: '/box/',
    region: 'us-east-1',
    bucket: 'box',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    clockOffsetMs: 0,
    tls: { verify: true },
  };
});
afterEach(async () => {
  await server.terminate();
});

test("[T63] a thread that stood still does not take its own silence for the server's", async () => {
  const request = { target, operation: 'GetObject', method: 'GET', key: 'k', query: [], headers: {} } as const;
  const chunks: Buffer[] = [];
  const answer = await exchange(
    request,
    { stallMs },
    {},
    {
      onHead() {
        setImmediate(() => Atomics.wait(answered, 0, 0));
        return null;
      },
      onBody(bytes) {
        chunks.push(Buffer.from(bytes));
        return null;
      },
      onEnd: () => ok(Buffer.concat(chunks).toString()),
    },
  );
  expect(answer).toEqual(ok('firstlast'));
});
