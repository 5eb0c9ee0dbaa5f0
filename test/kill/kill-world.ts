import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { link, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import type { OpenConnection } from '../../main/s3/open-connection.ts';
import { type FaultyS3, startFaultyS3 } from '../fakes/faulty-s3.ts';
import { connectionId, createTestOpener, must, type S3Address } from '../fakes/test-connection.ts';
import { runBrigade } from '../servers/brigade.ts';
import { hashFile } from '../servers/large-files.ts';
import { makeBigFile, makeFolder, type Tree } from './kill-trees.ts';
import type { Scenario } from './kill-plan.ts';

export type KillWorld = {
  readonly work: string;
  readonly bucket: string;
  readonly env: Readonly<Record<string, string>>;
  readonly proxy: FaultyS3;
  readonly store: OpenConnection['store'];
  /** What `brigade` is told, for the version that is to come. */
  args(scenario: Scenario, version: number): Promise<string[]>;
  /** What the target has when it is done. */
  tree(scenario: Scenario, version: number): Tree;
  /** What is at the target now: every file or object with its SHA-256. */
  read(scenario: Scenario): Promise<Tree>;
  /** The place at the target as the journal names it. */
  targetOf(scenario: Scenario, name: string): string;
  /** What is left of a move's source. */
  readSource(): Promise<Tree>;
  close(): Promise<void>;
};

/** local-s3 in a process of its own, which the harness does not kill. */
export async function startServerProcess(folder: string): Promise<{ child: ChildProcess; address: S3Address }> {
  const script = join(import.meta.dirname, '..', 'servers', 'local-s3.ts');
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, address: JSON.parse(line) as S3Address };
}

export async function readFolder(folder: string): Promise<Tree> {
  const tree = new Map<string, string>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    tree.set(relative(folder, path), await hashFile(path));
  }
  return tree;
}

/**
 * Reads what is below a prefix, each stored object once: an ETag and a time that were seen before are of bytes that have
 * been read, as an object is never written in place.
 */
function createPrefixReader(store: OpenConnection['store'], bucket: string): (prefix: string) => Promise<Tree> {
  const known = new Map<string, string>();
  return async (prefix) => {
    const tree = new Map<string, string>();
    const { objects } = must(await store.listPage({ bucket, prefix, delimiter: '' }));
    const waiting = [...objects];
    const reader = async () => {
      for (let object = waiting.shift(); object !== undefined; object = waiting.shift()) {
        const { key, etag, lastModified, sizeBytes } = object;
        const version = JSON.stringify([key, etag, lastModified, sizeBytes]);
        let hash = known.get(version);
        if (hash === undefined) {
          const { body } = must(await store.getStream(bucket, key));
          const sum = createHash('sha256');
          for await (const piece of body) sum.update(piece);
          hash = sum.digest('hex');
          known.set(version, hash);
        }
        tree.set(key.slice(prefix.length), hash);
      }
    };
    await Promise.all([reader(), reader(), reader(), reader()]);
    return tree;
  };
}

/**
 * A server with two versions of one big file and of one folder, here and in a bucket. `ceph`: a running one to use instead
 * of a local S3 of the world's own.
 */
export async function createKillWorld(ceph?: S3Address): Promise<KillWorld> {
  const work = await mkdtemp(join(tmpdir(), 'brigade-kill-'));
  const server = ceph === undefined ? await startServerProcess(join(work, 's3')) : undefined;
  const address = ceph ?? server?.address;
  if (address === undefined) throw new Error('no server');
  const proxy = await startFaultyS3(address.endpointUrl);
  const bucket = `kill-${randomBytes(4).toString('hex')}`;
  const env = {
    AWS_ACCESS_KEY_ID: address.accessKeyId,
    AWS_SECRET_ACCESS_KEY: address.secretAccessKey,
    AWS_ENDPOINT_URL: proxy.endpointUrl,
    AWS_REGION: 'us-east-1',
  };
  // Past the proxy: what the harness asks is not what is killed.
  const opener = createTestOpener(() => address);
  const { store } = must(await opener.open(connectionId));
  must(await store.createBucket(bucket));
  const readPrefix = createPrefixReader(store, bucket);

  const sourceOf = (version: number, what: string) => join(work, 'source', `v${version}`, what);
  const one: Tree[] = [];
  const folder: Tree[] = [];
  for (const version of [0, 1]) {
    one.push(new Map([['big.bin', await makeBigFile(sourceOf(version, 'one/big.bin'), version)]]));
    folder.push(await makeFolder(sourceOf(version, 'tree'), version));
  }
  const setUp = await runBrigade(['cp', '-r', join(work, 'source'), `s3://${bucket}/from/`], {
    dataDir: join(work, 'data-of-setup'),
    env,
  });
  if (setUp.code !== 0) throw new Error(`The sources could not be made: ${setUp.stderr}`);

  const isOne = (scenario: Scenario) => scenario.endsWith('one');
  const prefixOf = (scenario: Scenario) => `to/${scenario.replaceAll(' ', '-')}/`;
  const folderOf = (scenario: Scenario) => join(work, 'target', scenario.replaceAll(' ', '-'));
  const isDownload = (scenario: Scenario) => scenario.startsWith('download');
  const moved = join(work, 'moved');

  return {
    work,
    bucket,
    env,
    proxy,
    store,
    async args(scenario, version) {
      if (scenario === 'move folder up') {
        await rm(moved, { recursive: true, force: true });
        for (const name of folder[version]?.keys() ?? []) {
          await mkdir(dirname(join(moved, name)), { recursive: true });
          await link(join(sourceOf(version, 'tree'), name), join(moved, name));
        }
        return ['mv', '-r', moved, `s3://${bucket}/${prefixOf(scenario)}`];
      }
      const what = isOne(scenario) ? 'one/big.bin' : 'tree';
      const recursive = isOne(scenario) ? [] : ['-r'];
      const remote = `s3://${bucket}/`;
      if (isDownload(scenario))
        return ['cp', ...recursive, `${remote}from/v${version}/${what}`, `${folderOf(scenario)}/`];
      return ['cp', ...recursive, sourceOf(version, what), `${remote}${prefixOf(scenario)}`];
    },
    tree: (scenario, version) => (isOne(scenario) ? one : folder)[version] ?? new Map(),
    read: (scenario) => (isDownload(scenario) ? readFolder(folderOf(scenario)) : readPrefix(prefixOf(scenario))),
    targetOf: (scenario, name) =>
      isDownload(scenario) ? join(folderOf(scenario), name) : `${prefixOf(scenario)}${name}`,
    readSource: () => readFolder(moved),
    async close() {
      await opener.close();
      await proxy.close();
      if (server !== undefined) {
        const exited = once(server.child, 'exit');
        server.child.kill('SIGTERM');
        await exited;
      }
      await rm(work, { recursive: true, force: true });
    },
  };
}
