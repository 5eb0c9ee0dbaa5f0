import type { Clock } from '../../shared/domain/clock.ts';
import type { ConnectionState } from '../../shared/domain/connection.ts';
import { isSignInNeeded } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { bucketAddress } from './bucket-address.ts';
import { createBucketRegions } from './bucket-regions.ts';
import type { ListingRunner } from './data-plane/listing/listing-runner.ts';
import type { DataTarget } from './data-plane/transport.ts';
import { connectionStateOf, observeStore, type OnConnectionState } from './observe-store.ts';
import type { ConnectionOpener, OpenConnection } from './open-connection.ts';
import { restrictStore, type Restriction } from './restrict-store.ts';
import type { CredentialSource } from './credential-source.ts';
import type { ServerSettings } from './sdk-client.ts';
import { createSdkObjectStore } from './sdk-object-store.ts';
import { createServerClock } from './server-clock.ts';

/** A connection as its owner knows it, saved or of an environment: all that is needed to open it. */
export type ConnectionDetails = {
  readonly id: string;
  readonly name: string;
  readonly settings: ServerSettings;
  /** See OpenConnection. */
  readonly signsAs?: string;
  /** Asked for each request; must cache. */
  readonly credentials: CredentialSource;
  readonly restriction: Restriction | null;
  readonly downloadThreads: number | null;
  readonly uploadThreads: number | null;
};

/** ConnectionNotFound, VaultLocked or CredentialsMissing when it cannot be had. */
export type FindConnection = (connectionId: string) => Promise<Result<ConnectionDetails>>;

export type OpenedConnection = OpenConnection & {
  /** Server time minus ours; 0 unless a minute or more was seen. */
  clockOffsetMs(): number;
  close(): void;
};

/**
 * Opens one connection, without a cache: for the test of settings that are not saved. The caller closes it, but not what
 * `listings` run in (this thread when left out).
 */
export function openConnection(
  details: ConnectionDetails,
  clock: Pick<Clock, 'nowMs'>,
  onState: OnConnectionState = () => undefined,
  listings?: ListingRunner,
): OpenedConnection {
  const { settings } = details;
  const credentials = namedSource(details, onState);
  const regions = createBucketRegions(settings.region);
  const serverClock = createServerClock(clock);
  const store = createSdkObjectStore({ settings, credentials, regions, serverClock, clock, listings });
  /** The same object for as long as nothing of it changes: threads are told of each only once. */
  const lastTargets = new Map<string, DataTarget>();
  return {
    id: details.id,
    name: details.name,
    store: restrictStore(observeStore(store, clock, onState), details.restriction),
    restriction: details.restriction,
    downloadThreads: details.downloadThreads,
    uploadThreads: details.uploadThreads,
    signsAs: details.signsAs,
    description: { endpointUrl: settings.endpointUrl, region: settings.region },
    async dataTarget(bucket, options): Promise<Result<DataTarget>> {
      const signing = await credentials({ rejected: options?.rejected });
      if (!signing.ok) return signing;
      const region = regions.regionOf(bucket);
      const clockOffsetMs = serverClock.offsetMs();
      const last = lastTargets.get(bucket);
      const isSame =
        last?.credentials === signing.value && last.region === region && last.clockOffsetMs === clockOffsetMs;
      if (last !== undefined && isSame) return ok(last);
      const address = bucketAddress(settings, bucket, region);
      const target = { ...address, region, bucket, credentials: signing.value, clockOffsetMs, tls: settings.tls };
      lastTargets.set(bucket, target);
      return ok(target);
    },
    async signIn(mfaCode) {
      const signedIn = await credentials({ mfaCode });
      if (!signedIn.ok) return signedIn;
      onState({ state: 'ready' });
      return ok();
    },
    noteServerDate: (dateMs) => serverClock.noteServerDate(dateMs),
    noteRegion: (bucket, region) => regions.note(bucket, region),
    clockOffsetMs: () => serverClock.offsetMs(),
    close: () => store.close(),
  };
}

/** The same source; what goes wrong names the connection where a person must come for it, and is its state. */
function namedSource({ id, credentials }: ConnectionDetails, onState: OnConnectionState): CredentialSource {
  return async (request) => {
    const result = await credentials(request);
    if (result.ok) return result;
    const { error } = result;
    const named = isSignInNeeded(error) ? { ...error, context: { ...error.context, connectionId: id } } : error;
    const state = connectionStateOf(named);
    if (state !== null) onState(state);
    return err(named);
  };
}

export interface ConnectionCache extends ConnectionOpener {
  /** To be called when a connection's settings changed or it was removed; whoever has it open keeps it until then. */
  forget(connectionId: string): void;
  close(): Promise<void>;
}

/** Each connection is opened once and shared until it is forgotten. */
export function createConnectionOpener(
  find: FindConnection,
  clock: Pick<Clock, 'nowMs'>,
  onState: (connectionId: string, state: ConnectionState) => void = () => undefined,
  listings?: ListingRunner,
): ConnectionCache {
  const opened = new Map<string, Promise<Result<OpenedConnection>>>();
  /** Their sockets close by themselves when idle; those who use them may go on until the engine closes. */
  const retired: OpenedConnection[] = [];

  const start = async (connectionId: string): Promise<Result<OpenedConnection>> => {
    const details = await find(connectionId);
    return details.ok
      ? ok(openConnection(details.value, clock, (state) => onState(connectionId, state), listings))
      : err(details.error);
  };

  const forget = (connectionId: string): void => {
    const held = opened.get(connectionId);
    opened.delete(connectionId);
    void held?.then((connection) => {
      if (connection.ok) retired.push(connection.value);
      return undefined;
    });
  };

  return {
    async open(connectionId) {
      let held = opened.get(connectionId);
      if (held === undefined) {
        held = start(connectionId);
        opened.set(connectionId, held);
      }
      const result = await held;
      // A failure is not remembered: the vault may be unlocked, the connection added meanwhile.
      if (!result.ok && opened.get(connectionId) === held) opened.delete(connectionId);
      return result;
    },
    forget,
    async close() {
      const held = [...opened.values()];
      opened.clear();
      for (const connection of await Promise.all(held)) if (connection.ok) connection.value.close();
      for (const connection of retired) connection.close();
    },
  };
}
