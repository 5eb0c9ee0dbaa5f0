import { expect, test } from 'vitest';
import { sendBytes } from '../../../main/s3/data-plane/send-body.ts';
import { answerOf, serveAnswers } from './wire-servers.ts';

test('[T6] what was sent is told of a write that is refused for what is there', async () => {
  const server = await serveAnswers(() =>
    answerOf('<Error><Code>PreconditionFailed</Code></Error>', '', '412 Precondition Failed'),
  );
  const host = `127.0.0.1:${server.port}`;
  const target = {
    protocol: 'http:',
    hostname: '127.0.0.1',
    port: server.port,
    host,
    pathPrefix: '/box/',
    bucket: 'box',
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    clockOffsetMs: 0,
    tls: { verify: true },
  } as const;
  const to = { target, key: 'k', as: { type: 'object', ifNoneMatch: '*' }, withCrc32: true, withMd5: true } as const;
  expect(await sendBytes(to, Buffer.from('hello'), { stallMs: 30_000 }, {})).toMatchObject({
    error: {
      code: 'PreconditionFailed',
      context: { key: 'k', crc32: 'NhCmhg==', md5: '5d41402abc4b2a76b9719d911017c592' },
    },
  });
});
