import { createCredentialCache, type CredentialLoader } from '../../main/credentials/credential-cache.ts';
import type { ObjectStore } from '../../main/s3/object-store.ts';
import type { DataTarget, SigningCredentials } from '../../main/s3/data-plane/transport.ts';
import type { ConnectionOpener, OpenConnection } from '../../main/s3/open-connection.ts';
import type { CredentialSource } from '../../main/s3/credential-source.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Dice } from './dice.ts';
import type { Life, Scheduler } from './scheduler.ts';
import { refuse, type SimServer } from './server.ts';
import type { Gatekeeper } from './transport.ts';

/** Keys that end now and then, and what it takes to get new ones. */
export type SimAccount = {
  readonly name: string;
  /** Older ones than this are called expired. */
  validFrom: number;
  /** A person must sign in before there are others. */
  needsSignIn: boolean;
};

/** A saved connection: which server it leads to, by which address, with whose keys. */
export type SimConnection = {
  readonly id: string;
  readonly host: string;
  readonly server: SimServer;
  readonly account: SimAccount;
  /** Where the server says its buckets are, and how wrong this machine's clock is for it. */
  readonly region: string;
  readonly skewMs: number;
};

const allowedSkewMs = 15 * 60_000;

/** What was issued as number so-and-so of an account. */
const credentialsOf = ({ name, validFrom }: SimAccount): SigningCredentials => ({
  accessKeyId: `${name}-${validFrom}`,
  secretAccessKey: 'simulated',
  sessionToken: `session-${validFrom}`,
});

export const isExpired = ({ validFrom }: SimAccount, { accessKeyId }: SigningCredentials): boolean =>
  Number(accessKeyId.slice(accessKeyId.lastIndexOf('-') + 1)) < validFrom;

/** What servers look at before they look at a request of the data plane. */
export function createGatekeeper(connections: readonly SimConnection[], nowMs: () => number): Gatekeeper {
  return (target) => {
    const connection = connections.find(
      ({ host, account }) => host === target.hostname && target.credentials.accessKeyId.startsWith(`${account.name}-`),
    );
    if (connection === undefined) throw new Error(`nobody has ${target.credentials.accessKeyId} at ${target.hostname}`);
    const { account, region, skewMs } = connection;
    const place = { bucket: target.bucket, host: target.hostname };
    if (target.region !== region) return refuse('PermanentRedirect', 301, { ...place, region });
    if (Math.abs(skewMs - target.clockOffsetMs) > allowedSkewMs)
      return refuse('RequestTimeTooSkewed', 403, { ...place, serverDateMs: nowMs() + skewMs });
    return isExpired(account, target.credentials) ? refuse('ExpiredToken', 400, place) : null;
  };
}

/** Opens simulated connections, with the product's cache of credentials. */
export function createSimOpener(options: {
  readonly connections: readonly SimConnection[];
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  readonly life: Life;
  readonly threads: number;
  readonly violate: (what: string) => void;
  readonly storeOf: (connection: SimConnection, credentials: CredentialSource) => ObjectStore;
}): ConnectionOpener {
  const { connections, scheduler, dice, life, threads, violate, storeOf } = options;
  const clock: Clock = scheduler.clockOf(life);
  const cache = createCredentialCache({ clock, store: null });
  const opened = new Map<string, OpenConnection>();
  const given = new Set<string>();

  const loaderOf = (account: SimAccount): CredentialLoader => ({
    keeps: false,
    cacheKey: () => Promise.resolve(ok(account.name)),
    load: () =>
      new Promise((resolve) => {
        scheduler.after(dice.int(50), `sign in ${account.name}`, life, () => {
          if (account.needsSignIn) return resolve(err(appError('MfaNeeded')));
          const credentials = credentialsOf(account);
          if (given.has(credentials.accessKeyId)) violate(`[T62] ${credentials.accessKeyId} was asked for twice`);
          given.add(credentials.accessKeyId);
          resolve(ok(credentials));
        });
      }),
  });

  function openConnection(connection: SimConnection): OpenConnection {
    const { id, host, account, skewMs } = connection;
    const credentials = cache.source(loaderOf(account));
    let region = 'us-east-1';
    let clockOffsetMs = 0;
    return {
      id,
      name: id,
      store: storeOf(connection, credentials),
      restriction: null,
      downloadThreads: threads,
      uploadThreads: threads,
      description: { endpointUrl: `https://${host}`, region: null },
      async dataTarget(bucket, asked) {
        const signing = await credentials({ rejected: asked?.rejected });
        if (!signing.ok) return signing;
        const target: DataTarget = {
          protocol: 'https:',
          hostname: host,
          port: 443,
          host,
          pathPrefix: `/${bucket}/`,
          region,
          bucket,
          credentials: signing.value,
          clockOffsetMs,
          tls: { verify: true },
        };
        return ok(target);
      },
      signIn: () => Promise.resolve(ok()),
      noteServerDate: () => {
        clockOffsetMs = skewMs;
      },
      noteRegion: (_bucket, told) => {
        region = told;
      },
    };
  }

  return {
    open(id) {
      const connection = connections.find((each) => each.id === id);
      if (connection === undefined) return Promise.resolve(err(appError('ConnectionNotFound', { id })));
      let open = opened.get(id);
      if (open === undefined) opened.set(id, (open = openConnection(connection)));
      return Promise.resolve(ok(open));
    },
  };
}
