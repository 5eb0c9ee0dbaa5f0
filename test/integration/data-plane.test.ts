import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exchange, readText } from '../../main/s3/data-plane/http-request.ts';
import type { DataTarget } from '../../main/s3/data-plane/transport.ts';
import { ok } from '../../shared/result.ts';

/** A server in a thread of its own: it answers although the thread of the test stands still. */
const serverCode = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  const server = createServer((request, response) => {
    request.resume();
    response.write('first');
    setTimeout(() => response.end('last'), 100);
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;
let server: Worker;
let target: DataTarget;

beforeEach(async () => {
  server = new Worker(serverCode, { eval: true });
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
  const request = { target, method: 'GET', key: 'k', query: [], headers: {} } as const;
  const answer = await exchange(request, { stallMs: 300 }, {}, async (response, progress) => {
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600));
    return ok(await readText(response, progress));
  });
  expect(answer).toEqual(ok('firstlast'));
});
