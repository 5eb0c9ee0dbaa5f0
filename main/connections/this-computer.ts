import { randomBytes } from 'node:crypto';
import { isAbsolute, join } from 'node:path';
import { defaultDownloadThreads, defaultUploadThreads, type ConnectionView } from '../../shared/domain/connection.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { SecretTexts, Vault } from '../credentials/vault/vault.ts';
import type { SettingRepository } from '../db/setting-repository.ts';
import type { BucketRow, ObjectStore } from '../s3/object-store.ts';
import { type ConnectionRecord, nameKeyOf, secretIdOf } from './connection-record.ts';
import type { ConnectionService } from './connection-service.ts';
import { invalid } from './normalise-settings.ts';
import type { OpenStore } from './open-store.ts';

/** There is one at most, so it has one id: starting twice, or again after a crash, finds the same. */
export const thisComputerId = 'conn-this-computer' as ConnectionId;

const folderSetting = 'thisComputer.folder';
const portSetting = 'thisComputer.port';
const firstBucketSetting = 'thisComputer.firstBucketMade';
const firstBucket = 'my-bucket';
const region = 'us-east-1';

export type LocalS3 = { readonly endpointUrl: string; readonly port: number; close(): Promise<void> };

/** Starts the embedded server on a folder, bound to 127.0.0.1. `port` 0: any free one. */
export type StartLocalS3 = (options: {
  readonly folder: string;
  readonly port: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}) => Promise<Result<LocalS3>>;

export type ThisComputerDeps = {
  readonly dataDir: string;
  readonly connections: ConnectionService;
  readonly settings: SettingRepository;
  readonly vault: Pick<Vault, 'get'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly startLocalS3: StartLocalS3;
  readonly openStore: OpenStore;
};

export type ThisComputerStarted = {
  readonly connection: ConnectionView;
  readonly folder: string;
  readonly endpointUrl: string;
};

/** The embedded S3 server as a connection. Calls are taken one after the other. */
export interface ThisComputer {
  /**
   * Starts the server and makes sure that its connection and a first bucket exist. Idempotent; with another folder the
   * server moves there. The folder defaults to the one used before, else DIR/local-bucket-folder.
   */
  start(options?: { readonly folder?: string | undefined }): Promise<Result<ThisComputerStarted>>;
  /** At the engine's start: starts it when there is such a connection, else does nothing. */
  startIfSaved(): Promise<Result<void>>;
  /** Idempotent. */
  stop(): Promise<void>;
  /** Where its buckets are, or will be again at the next start; null before the first. */
  folder(): string | null;
}

export function createThisComputer(deps: ThisComputerDeps): ThisComputer {
  const { connections, settings, vault, clock } = deps;
  let running: { server: LocalS3; folder: string } | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = queue.then(work, work);
    queue = turn.catch(() => undefined);
    return turn;
  }

  async function start(asked: string | undefined): Promise<Result<ThisComputerStarted>> {
    if (asked !== undefined && !isAbsolute(asked)) return err(invalid('folder', 'An absolute path is needed.'));
    const found = connections.find(thisComputerId);
    const folder = asked ?? running?.folder ?? settings.get(folderSetting) ?? join(deps.dataDir, 'local-bucket-folder');
    if (found.ok && running !== undefined && running.folder === folder) {
      return ok({ connection: connections.view(found.value), folder, endpointUrl: running.server.endpointUrl });
    }
    const keys = await keysOf(found.ok ? found.value : null);
    if (!keys.ok) return keys;
    await stop();
    const server = await listen(folder, keys.value);
    if (!server.ok) return server;
    running = { server: server.value, folder };
    const record = recordFor(found.ok ? found.value : null, keys.value.accessKeyId, server.value.endpointUrl);
    const saved = await connections.put(record, found.ok && !keys.value.isNew ? null : secretTexts(keys.value));
    const remembered = saved.ok ? settings.set(folderSetting, folder) : saved;
    const bucket = remembered.ok ? await makeFirstBucket(record, keys.value) : remembered;
    if (!bucket.ok) {
      await stop();
      return bucket;
    }
    return ok({ connection: connections.view(record), folder, endpointUrl: server.value.endpointUrl });
  }

  /** The key it was made with. One whose secret is gone gets a new key: it protects nothing but this server. */
  async function keysOf(record: ConnectionRecord | null): Promise<Result<Keys>> {
    if (record === null || record.auth.type !== 'accessKey') return ok(newKeys());
    const secret = await vault.get(secretIdOf(record.id));
    if (!secret.ok) return secret.error.code === 'CredentialsMissing' ? ok(newKeys()) : secret;
    const secretAccessKey = secret.value['secretAccessKey'] ?? '';
    return ok({ accessKeyId: record.auth.accessKeyId, secretAccessKey, isNew: false });
  }

  /** On the port it had before, so that links made earlier keep working; on any other when that one is taken. */
  async function listen(folder: string, { accessKeyId, secretAccessKey }: Keys): Promise<Result<LocalS3>> {
    const lastPort = Number(settings.get(portSetting) ?? 0);
    let server = await deps.startLocalS3({ folder, port: lastPort, accessKeyId, secretAccessKey });
    if (!server.ok && lastPort !== 0) {
      server = await deps.startLocalS3({ folder, port: 0, accessKeyId, secretAccessKey });
    }
    if (server.ok) settings.set(portSetting, String(server.value.port));
    return server;
  }

  function recordFor(old: ConnectionRecord | null, accessKeyId: string, endpointUrl: string): ConnectionRecord {
    const nowMs = clock.nowMs();
    const own = { region, endpointUrl, pathStyle: true };
    return {
      id: thisComputerId,
      kind: 'thisComputer',
      settings: old
        ? { ...old.settings, ...own }
        : { name: freeName(), downloadThreads: defaultDownloadThreads, uploadThreads: defaultUploadThreads, ...own },
      auth: { type: 'accessKey', accessKeyId, hasSessionToken: false },
      createdMs: old?.createdMs ?? nowMs,
      updatedMs: nowMs,
    };
  }

  function freeName(): string {
    const taken = new Set(connections.list().map((connection) => nameKeyOf(connection.name)));
    let name = 'This computer';
    for (let number = 2; taken.has(nameKeyOf(name)); number += 1) name = `This computer ${number}`;
    return name;
  }

  /** Once in a data folder, and only where there is none: a person may well have removed it again. */
  async function makeFirstBucket(record: ConnectionRecord, keys: Keys): Promise<Result<void>> {
    if (settings.get(firstBucketSetting) !== null) return ok();
    const { accessKeyId, secretAccessKey } = keys;
    const auth = { type: 'accessKey', accessKeyId, secretAccessKey } as const;
    const opened = await deps.openStore({ settings: record.settings, auth });
    if (!opened.ok) return opened;
    try {
      const made = await bucketUnlessAny(opened.value.store);
      return made.ok ? settings.set(firstBucketSetting, 'yes') : made;
    } finally {
      opened.value.close();
    }
  }

  async function stop(): Promise<void> {
    const server = running?.server;
    running = undefined;
    await server?.close();
  }

  return {
    start: ({ folder } = {}) => inTurn(() => start(folder)),
    startIfSaved: () =>
      inTurn(async () => {
        if (!connections.find(thisComputerId).ok) return ok();
        const started = await start(undefined);
        return started.ok ? ok() : started;
      }),
    stop: () => inTurn(stop),
    folder: () => running?.folder ?? settings.get(folderSetting),
  };
}

type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly isNew: boolean };

function newKeys(): Keys {
  const accessKeyId = `BRIGADE${randomBytes(8).toString('hex').toUpperCase()}`;
  return { accessKeyId, secretAccessKey: randomBytes(30).toString('base64url'), isNew: true };
}

function secretTexts({ secretAccessKey }: Keys): SecretTexts {
  return { secretAccessKey };
}

async function bucketUnlessAny(store: ObjectStore): Promise<Result<void>> {
  const buckets: Result<readonly BucketRow[]> = await store.listBuckets();
  if (!buckets.ok) return buckets;
  return buckets.value.length > 0 ? ok() : store.createBucket(firstBucket);
}
