import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { createConnectionPool } from '../../../main/s3/data-plane/http/connection-pool.ts';
import {
  answerOf,
  answerRequests,
  certificate,
  connect,
  plain,
  secure,
  send,
  serve,
  serveAnswers,
} from './wire-servers.ts';

const megabytes = (count: number) => Buffer.alloc(count * 1024 * 1024, 'x');

describe('one request after the other', () => {
  test('on the same socket; a body is sent whole', async () => {
    const asked: string[] = [];
    const server = await serveAnswers((request) => {
      asked.push(request);
      return answerOf(`${asked.length}`);
    });
    const { connection, said } = connect(plain(server.port));
    expect(connection.isUsed).toBe(false);
    expect(await send(connection)).toEqual({ status: 200, body: '1' });
    expect(await send(connection, { body: Buffer.from('ab') })).toEqual({ status: 200, body: '2' });
    expect(connection.isUsed).toBe(true);
    expect(await send(connection, { target: '/3' })).toEqual({ status: 200, body: '3' });
    expect(asked).toEqual([
      'GET / HTTP/1.1\r\nhost: test\r\n\r\n',
      'PUT / HTTP/1.1\r\nhost: test\r\ncontent-length: 2\r\n\r\nab',
      'GET /3 HTTP/1.1\r\nhost: test\r\n\r\n',
    ]);
    expect(said).toEqual(['idle', 'idle', 'idle']);
    expect(server.sockets).toHaveLength(1);
  });

  test('a long body goes in slices and is counted', async () => {
    const body = megabytes(3);
    let length = 0;
    const server = await serveAnswers((request) => {
      length = request.length - request.indexOf('\r\n\r\n') - 4;
      return answerOf('');
    });
    const sent: number[] = [];
    const { connection } = connect(plain(server.port));
    expect(await send(connection, { body }, { onSent: (bytes) => sent.push(bytes) })).toEqual({
      status: 200,
      body: '',
    });
    expect(length).toBe(body.length);
    expect(sent.length).toBeGreaterThan(1);
    expect(sent.reduce((one, other) => one + other)).toBe(body.length);
  });

  test('an answer to HEAD has a length and no body', async () => {
    const server = await serveAnswers((request) =>
      request.startsWith('HEAD') ? 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n' : answerOf('next'),
    );
    const { connection } = connect(plain(server.port));
    expect(await send(connection, { isHead: true })).toEqual({ status: 200, body: '' });
    expect(await send(connection)).toEqual({ status: 200, body: 'next' });
  });

  test.each([
    ['Connection: close', answerOf('a', 'Connection: close\r\n')],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\na'],
    ['bytes behind the answer', `${answerOf('a')}HTTP/1.1`],
    ['a second answer', `${answerOf('a')}${answerOf('b')}`],
  ])('%s: it carries no other one', async (_name, answer) => {
    const server = await serveAnswers(() => answer);
    const { connection, said } = connect(plain(server.port));
    expect(await send(connection)).toEqual({ status: 200, body: 'a' });
    expect(said).toEqual(['gone']);
    expect(await send(connection)).toMatchObject({ error: { code: 'ECONNRESET' } });
  });

  test('an answer without a length is whole when the server ends it', async () => {
    const server = await serve((socket) =>
      answerRequests(socket, () => {
        socket.end('HTTP/1.1 200 OK\r\n\r\nall of it');
        return null;
      }),
    );
    const { connection, said } = connect(plain(server.port));
    expect(await send(connection)).toEqual({ status: 200, body: 'all of it' });
    expect(said).toEqual(['gone']);
  });

  test.each([
    ['before an answer', '', true],
    ['in the head', 'HTTP/1.1 200 OK\r\ncontent-', false],
    ['in the body', answerOf('abc').slice(0, -1), false],
    ['in a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n', false],
  ])('an end %s is a failure', async (_name, answer, isUnanswered) => {
    const server = await serve((socket) => socket.once('data', () => socket.end(answer)));
    const { connection, said } = connect(plain(server.port));
    expect(await send(connection)).toMatchObject({ error: { code: 'ECONNRESET' }, isUnanswered });
    expect(said).toEqual(['gone']);
  });

  test('nobody listens', async () => {
    const server = await serve(() => undefined);
    await server.close();
    const { connection } = connect(plain(server.port));
    expect(await send(connection)).toMatchObject({ error: { code: 'ECONNREFUSED' }, isUnanswered: true });
  });

  test('it is told what is no HTTP', async () => {
    const server = await serve((socket) => socket.write('SSH-2.0-x\r\n'));
    const { connection } = connect(plain(server.port));
    expect(await send(connection)).toMatchObject({ error: { code: 'HPE_INVALID' }, isUnanswered: false });
  });
});

describe('between requests', () => {
  test('stale bytes end it: they would be taken for the next answer', async () => {
    const server = await serveAnswers(() => answerOf('a'));
    const { connection, said, gone } = connect(plain(server.port));
    await send(connection);
    server.sockets[0]?.write('HTTP/1.1 408 Request Timeout\r\n\r\n');
    await gone;
    expect(said).toEqual(['idle', 'gone']);
  });

  test('the end of the server ends it', async () => {
    const server = await serveAnswers(() => answerOf('a'));
    const { connection, said, gone } = connect(plain(server.port));
    await send(connection);
    server.sockets[0]?.end();
    await gone;
    expect(said).toEqual(['idle', 'gone']);
  });

  test('how long the server keeps it', async () => {
    const said = ['', 'Keep-Alive: timeout=7\r\n', 'Keep-Alive: max=9, timeout=20\r\n', 'Keep-Alive: max=1\r\n'];
    const server = await serveAnswers((request) => answerOf('', said[Number(request[5])]));
    const opened = connect(plain(server.port));
    for (const index of said.keys()) await send(opened.connection, { target: `/${index}` });
    expect(opened.said).toEqual(['idle', 7000, 20_000, 'idle']);
  });

  test('ended by us while it works: not a word more', async () => {
    const server = await serveAnswers(() => null);
    const { connection, said } = connect(plain(server.port));
    let isHeard = false;
    void send(connection).then(() => (isHeard = true));
    await vi.waitUntil(() => server.sockets.length === 1);
    connection.destroy();
    await once(server.sockets[0] as (typeof server.sockets)[0], 'close');
    expect(said).toEqual(['gone']);
    expect(isHeard).toBe(false);
  });
});

describe('an answer before the body is through', () => {
  /** More than the kernel takes of what nobody reads. */
  const body = megabytes(64);
  const early = (answer: string) =>
    serve((socket) => {
      socket.pause();
      socket.write(answer);
    });

  test('a success is refused: it can only be the answer to something else', async () => {
    const server = await early(answerOf(''));
    const { connection, said } = connect(plain(server.port));
    expect(await send(connection, { body })).toMatchObject({ error: { code: 'ECONNRESET' }, isUnanswered: false });
    expect(said).toEqual(['gone']);
  });

  test('an error is taken, and the connection is left', async () => {
    const server = await early(answerOf('<Error/>', '', '403 Forbidden'));
    const { connection, said } = connect(plain(server.port));
    expect(await send(connection, { body })).toEqual({ status: 403, body: '<Error/>' });
    expect(said).toEqual(['gone']);
  });

  test('what has not gone by then never goes: its memory may be another’s', async () => {
    const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
    const turnsOfSilence = 200;
    const ways = new Set<unknown>();
    // One of them is as long as what the kernel holds and a little of the last slice.
    for (let slices = 1; slices <= 16; slices += 1) {
      let foreign = 0;
      const server = await serve((socket) => {
        socket.once('data', () => socket.pause());
        socket.on('data', (bytes: Buffer) => (foreign += bytes.filter((byte) => byte === 121).length));
      });
      const { connection, said } = connect(plain(server.port));
      const body = Buffer.alloc(slices * 512 * 1024, 'x');
      let silence = 0;
      const outcome = send(connection, { body }, { onSent: () => (silence = 0) });
      while ((silence += 1) < turnsOfSilence) await nextTurn();
      server.sockets[0]?.write(answerOf('no', '', '503 Slow Down'));
      expect(await outcome).toEqual({ status: 503, body: 'no' });
      ways.add(said.at(-1));
      body.fill('y');
      server.sockets[0]?.resume();
      for (silence = 0; silence < turnsOfSilence; silence += 1) await nextTurn();
      expect(foreign).toBe(0);
    }
    expect(ways).toEqual(new Set(['idle', 'gone']));
  });

  test('interim ones are passed over', async () => {
    const server = await serveAnswers(() => `HTTP/1.1 100 Continue\r\n\r\n${answerOf('a')}`);
    const { connection, said } = connect(plain(server.port));
    expect(await send(connection, { body: Buffer.from('b') })).toEqual({ status: 200, body: 'a' });
    expect(said).toEqual(['idle']);
  });
});

describe('https', () => {
  const certificates = [
    ['its own authority', { verify: true, caBundle: certificate }, true],
    ['no authority that we know', { verify: true }, false],
    ['unverified', { verify: false }, true],
  ] as const;
  test.each(certificates)('%s', async (_name, tls, isTaken) => {
    const server = await serveAnswers(() => answerOf('a'), true);
    for (const hostname of ['localhost', '127.0.0.1']) {
      const { connection } = connect(secure(server.port, tls, hostname));
      const outcome = await send(connection);
      if (isTaken) expect(outcome).toEqual({ status: 200, body: 'a' });
      else expect(outcome).toMatchObject({ error: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, isUnanswered: true });
    }
  });

  test('an unverified session does not stand in for a verified one', async () => {
    const server = await serveAnswers(() => answerOf('a'), true);
    const { connection } = connect(secure(server.port, { verify: false }));
    expect(await send(connection)).toMatchObject({ status: 200 });
    expect(await send(connection)).toMatchObject({ status: 200 });
    expect(await send(connect(secure(server.port, { verify: true })).connection)).toMatchObject({
      error: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
  });

  test('http where https is asked for', async () => {
    const server = await serve((socket) =>
      socket.once('data', () => socket.write(answerOf('', '', '400 Bad Request'))),
    );
    const { connection } = connect(secure(server.port, { verify: true }));
    expect(await send(connection)).toMatchObject({
      error: { code: 'ERR_SSL_WRONG_VERSION_NUMBER' },
      isUnanswered: true,
    });
  });
});

describe('the pool', () => {
  test('the connection used last comes first; a new one when none is idle', async () => {
    const server = await serveAnswers(() => answerOf('a'));
    const pool = createConnectionPool();
    const origin = plain(server.port);
    const first = pool.take(origin);
    const second = pool.take(origin);
    expect(second).not.toBe(first);
    await send(first);
    await send(second);
    // Another object for the same server.
    expect(pool.take(plain(server.port))).toBe(second);
    expect(pool.take(origin)).toBe(first);
    const third = pool.open(origin);
    expect([first, second]).not.toContain(third);
    await send(third);
    expect(server.sockets).toHaveLength(3);
    for (const connection of [first, second, third]) connection.destroy();
  });

  test('one that has gone is not given out', async () => {
    const server = await serveAnswers(() => answerOf('a'));
    const pool = createConnectionPool();
    const origin = plain(server.port);
    const first = pool.take(origin);
    await send(first);
    first.destroy();
    expect(pool.take(origin)).not.toBe(first);
  });

  test('a second before the server leaves it', async () => {
    let headers = 'Keep-Alive: timeout=1\r\n';
    const server = await serveAnswers(() => answerOf('a', headers));
    const pool = createConnectionPool();
    const origin = plain(server.port);
    const first = pool.take(origin);
    await send(first);
    const second = pool.take(origin);
    expect(second).not.toBe(first);

    headers = 'Keep-Alive: timeout=6\r\n';
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    try {
      await send(second);
      now.mockReturnValue(4999);
      expect(pool.take(origin)).toBe(second);
      await send(second);
      now.mockReturnValue(10_000);
      expect(pool.take(origin)).not.toBe(second);
    } finally {
      now.mockRestore();
    }
  });

  test('servers, and how they are verified, are not mixed', async () => {
    const server = await serveAnswers(() => answerOf('a'), true);
    const pool = createConnectionPool();
    const unverified = pool.take(secure(server.port, { verify: false }));
    expect(await send(unverified)).toMatchObject({ status: 200 });
    const verified = pool.take(secure(server.port, { verify: true, caBundle: certificate }));
    expect(verified).not.toBe(unverified);
    expect(pool.take(secure(server.port, { verify: false }, '127.0.0.1'))).not.toBe(unverified);
    expect(pool.take(secure(server.port, { verify: false }))).toBe(unverified);
    unverified.destroy();
  });
});
