import type { TLSSocket } from 'node:tls';
import type { Origin } from './route.ts';

/** By server and by how it is verified: a session made without verifying must not stand in for one with it. */
const sessions = new Map<string, Buffer>();
const maxSessions = 100;

/** Keeps what the server gives to resume by: without it each connection costs it a signature. */
export function rememberSessions(socket: TLSSocket, origin: Origin): void {
  const name = nameOf(origin);
  socket.on('session', (session) => {
    sessions.delete(name);
    sessions.set(name, session);
    const oldest = sessions.keys().next();
    if (sessions.size > maxSessions && !oldest.done) sessions.delete(oldest.value);
  });
  socket.on('error', () => sessions.delete(name));
}

export function recalledSession(origin: Origin): Buffer | undefined {
  return sessions.get(nameOf(origin));
}

function nameOf({ protocol, hostname, port, tls }: Origin): string {
  return `${protocol}//${hostname}:${port} ${tls.verify} ${tls.caBundle ?? ''}`;
}
