import { appError } from '../../shared/errors.ts';
import type { EventBatch } from '../../shared/contract/events.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { holdLock, type DataFolderLock } from '../db/lock.ts';
import type { Engine } from '../engine-types.ts';
import { createContinuedNumbers, type NumberedEngine } from './continued-numbers.ts';
import { connectLocalSocket } from './local-socket-client.ts';
import { localSocketPath } from './local-socket-path.ts';
import { serveLocalSocket, type LocalSocketServer } from './local-socket-server.ts';

export interface HoldOptions {
  readonly dataDir: string;
  /** Opens the engine in this process; called only while this process has the folder's lock. */
  readonly openEngine: () => Promise<Result<Engine>>;
  /** How long the folder may be held by a process that does not answer (one that starts or ends); 30 s. */
  readonly patienceMs?: number;
}

export interface HeldEngine {
  /** holder: the engine runs in this process. guest: in another one. As it was at first; a guest may become the holder. */
  readonly role: 'holder' | 'guest';
  /** Stays good when the process that held the folder ends: the next call goes to whoever holds it then, or it is this one. */
  readonly engine: Engine;
  /** Settles when no other process uses the engine of this one; at once for a guest. */
  whenNoGuests(): Promise<void>;
  guestCount(): number;
  /**
   * The engine was lost and there is another: environment connections must be announced again, and a job that was
   * under way is interrupted until somebody resumes it. Calls that were under way have failed with EngineUnavailable.
   */
  onReattached(listener: () => void): void;
}

type Attachment = {
  readonly role: 'holder' | 'guest';
  readonly engine: Engine;
  readonly server: LocalSocketServer | null;
  detach(): Promise<void>;
};
type NumberedAttachment = Attachment & { readonly numbered: NumberedEngine };

/**
 * The engine of a data folder, wherever it runs: takes the folder's lock, opens the engine and offers it to other
 * processes; or, when the folder is held already, uses the engine of that process. No work is lost when a holder ends: its
 * guests find out, one of them takes the folder, and the journal has the jobs.
 */
export async function holdDataFolder(options: HoldOptions): Promise<Result<HeldEngine>> {
  const listeners = new Set<(batch: EventBatch) => void>();
  const reattachedListeners: (() => void)[] = [];
  const numbers = createContinuedNumbers();
  let closing: Promise<void> | undefined;

  const attachAndWatch = async (isAgain: boolean): Promise<Result<NumberedAttachment>> => {
    const attached = await attach(
      options,
      () => lost(),
      () => closing !== undefined,
    );
    if (!attached.ok) return attached;
    if (closing !== undefined && isAgain) {
      await attached.value.detach();
      return err(appError('EngineUnavailable', { path: options.dataDir }));
    }
    const { gap, ...numbered } = numbers.nextEngine();
    const tell = (batch: EventBatch): void => {
      for (const listener of listeners) listener(batch);
    };
    attached.value.engine.subscribe((batch) => tell(numbered.batch(batch)));
    if (isAgain) {
      tell(gap);
      for (const listener of reattachedListeners) listener();
    }
    return ok({ ...attached.value, numbered });
  };
  const lost = (): void => {
    if (closing === undefined) current = attachAndWatch(true);
  };

  const first = await attachAndWatch(false);
  if (!first.ok) return first;
  let current: Promise<Result<NumberedAttachment>> = Promise.resolve(first);

  const use = async (): Promise<Result<NumberedAttachment>> => {
    const attached = await current;
    // The last try ran out of patience; whoever asks again tries again.
    if (!attached.ok && closing === undefined) lost();
    return attached.ok ? attached : current;
  };

  const engine: Engine = {
    call: async (name, input) => {
      const attached = await use();
      if (!attached.ok) return attached;
      return attached.value.numbered.answer(name, await attached.value.engine.call(name, input));
    },
    dispatch: async (name, input, asker) => {
      const attached = await use();
      if (!attached.ok) return attached;
      return attached.value.numbered.answer(name, await attached.value.engine.dispatch(name, input, asker));
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    streams: {
      put: async (place, body, signal) => {
        const attached = await use();
        return attached.ok ? attached.value.engine.streams.put(place, body, signal) : attached;
      },
      get: async (place, signal) => {
        const attached = await use();
        return attached.ok ? attached.value.engine.streams.get(place, signal) : attached;
      },
      list: async (place, signal) => {
        const attached = await use();
        return attached.ok ? attached.value.engine.streams.list(place, signal) : attached;
      },
      preview: async (asked, signal) => {
        const attached = await use();
        return attached.ok ? attached.value.engine.streams.preview(asked, signal) : attached;
      },
    },
    close: () => {
      closing ??= current.then((attached) => (attached.ok ? attached.value.detach() : undefined));
      return closing;
    },
  };
  const serverNow = async () => {
    const attached = await current;
    return attached.ok ? attached.value.server : null;
  };
  let guestsOf: LocalSocketServer | null = first.value.server;
  reattachedListeners.push(() => void serverNow().then((server) => (guestsOf = server)));
  return ok({
    role: first.value.role,
    engine,
    whenNoGuests: async () => (await serverNow())?.whenNoGuests(),
    guestCount: () => guestsOf?.guestCount() ?? 0,
    onReattached: (listener) => void reattachedListeners.push(listener),
  });
}

/** Takes the folder or connects to the one who has it; tries both in turn while it changes hands. */
async function attach(
  { dataDir, openEngine, patienceMs = 30_000 }: HoldOptions,
  onLost: () => void,
  isGivenUp: () => boolean,
): Promise<Result<Attachment>> {
  const socketPath = await localSocketPath(dataDir);
  if (!socketPath.ok) return socketPath;
  const end = Date.now() + patienceMs;
  for (let delayMs = 20; ; delayMs = Math.min(delayMs * 2, 250)) {
    const lock = holdLock(dataDir);
    if (lock.ok) return becomeHolder(lock.value, openEngine, socketPath.value);
    if (lock.error.code !== 'EngineUnavailable') return lock;
    const connected = await connectLocalSocket(socketPath.value);
    if (connected.ok) {
      const engine = connected.value;
      engine.onLost(onLost);
      return ok({ role: 'guest', engine, server: null, detach: () => engine.close() });
    }
    if (Date.now() > end || isGivenUp()) {
      return err(appError('EngineUnavailable', { path: dataDir }, connected.error.cause));
    }
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}

async function becomeHolder(
  lock: DataFolderLock,
  openEngine: HoldOptions['openEngine'],
  socketPath: string,
): Promise<Result<Attachment>> {
  const opened = await openEngine().catch((failure: unknown) => {
    lock.release();
    throw failure;
  });
  if (!opened.ok) {
    lock.release();
    return opened;
  }
  const engine = opened.value;
  const served = await serveLocalSocket(engine, socketPath);
  if (!served.ok) {
    await engine.close();
    lock.release();
    return served;
  }
  const server = served.value;
  return ok({
    role: 'holder',
    engine,
    server,
    detach: async () => {
      // Guests that come now wait for the lock; those that are here see the end of their work or of the connection.
      server.stopListening();
      await engine.close();
      await server.close();
      lock.release();
    },
  });
}
