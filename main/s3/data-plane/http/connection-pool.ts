import { type Connection, openConnection } from './connection.ts';
import { type Origin, proxyFor } from './route.ts';

export type ConnectionPool = {
  /** An idle connection to this server, the one used last, else a new one. */
  take(origin: Origin): Connection;
  /** A connection that has carried nothing yet: for a request that an idle one may have been closed under. */
  open(origin: Origin): Connection;
};

type Idle = { readonly connection: Connection; readonly untilMs: number };

/** Servers close an idle connection after 5 s (Node) to 75 s (nginx); those that say when are left a second before. */
const keptIdleMs = 15_000;
const marginMs = 1000;

/** Kept-alive connections by server. Nobody waits here: how many there are is up to how many requests are let go. */
export function createConnectionPool(): ConnectionPool {
  const idleBy = new Map<string, Idle[]>();
  let sweepTimer: NodeJS.Timeout | null = null;

  function sweep(): void {
    sweepTimer = null;
    const nowMs = performance.now();
    let left = 0;
    for (const idle of idleBy.values()) {
      // Each takes itself out of the list.
      const ended = idle.filter(({ untilMs }) => untilMs <= nowMs);
      for (const { connection } of ended) connection.destroy();
      left += idle.length;
    }
    if (left > 0) sweepLater();
  }
  /** An idle connection must not keep the process alive, but must not be kept open for ever either. */
  function sweepLater(): void {
    sweepTimer ??= setTimeout(sweep, keptIdleMs / 4).unref();
  }

  function open(origin: Origin): Connection {
    const name = nameOf(origin);
    let entry: Idle | null = null;
    const connection = openConnection(origin, proxyFor(origin), {
      onIdle(keptMs) {
        const leftMs = keptMs === null ? keptIdleMs : Math.min(keptIdleMs, keptMs - marginMs);
        if (leftMs <= 0) return connection.destroy();
        entry = { connection, untilMs: performance.now() + leftMs };
        const idle = idleBy.get(name);
        if (idle === undefined) idleBy.set(name, [entry]);
        else idle.push(entry);
        sweepLater();
      },
      onGone() {
        const idle = idleBy.get(name);
        const index = entry === null ? -1 : (idle?.indexOf(entry) ?? -1);
        if (index >= 0) idle?.splice(index, 1);
      },
    });
    return connection;
  }

  return {
    take(origin) {
      const idle = idleBy.get(nameOf(origin));
      const nowMs = performance.now();
      for (let last = idle?.pop(); last !== undefined; last = idle?.pop()) {
        if (last.untilMs > nowMs) return last.connection;
        last.connection.destroy();
      }
      return open(origin);
    },
    open,
  };
}

/** Computed once for each origin object: they are kept for as long as credentials last. */
const names = new WeakMap<Origin, string>();

function nameOf(origin: Origin): string {
  let name = names.get(origin);
  if (name === undefined) {
    const { protocol, hostname, port, tls } = origin;
    name = `${protocol}//${hostname}:${port} ${tls.verify} ${tls.caBundle ?? ''}`;
    names.set(origin, name);
  }
  return name;
}
