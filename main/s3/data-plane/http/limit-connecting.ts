import type { Socket } from 'node:net';

/** Of the SDK's requests too. A server that is slow to answer has been reached: that is stall.ts's. */
export const defaultConnectMs = 10_000;

/** Ends a socket that is being opened when it stays silent for so long. Answers how to lift the limit, once it is open. */
export function limitConnecting(socket: Socket, connectMs: number): () => void {
  const onSilence = (): void => {
    const message = `No connection after ${connectMs / 1000} s`;
    socket.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT', syscall: 'connect' }));
  };
  socket.setTimeout(connectMs);
  socket.once('timeout', onSilence);
  return () => {
    socket.setTimeout(0);
    socket.off('timeout', onSilence);
  };
}
