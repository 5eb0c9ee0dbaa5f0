import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy on 127.0.0.1 that lets nothing through and remembers which hosts (`name:port`) were asked for. */
export async function startRecordingProxy() {
  const hosts = new Set<string>();
  const server = createServer().on('connect', (request, socket) => {
    hosts.add(request.url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hosts,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
