import { createServer } from 'node:net';

/** A TCP port of 127.0.0.1 that was free a moment ago. For servers that cannot be told to take port 0 and say which they got. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('The port of a TCP server is unknown.');
  return address.port;
}
