import { type TransferRequest, transferRequestSchema } from '../../shared/domain/transfer.ts';
import type { Dice } from './dice.ts';
import { digestOf, md5Of, type SimServer, type Version } from './server.ts';
import { multipartEtag } from '../../main/s3/etag.ts';
import { buckets, type World } from './world.ts';

/** Below these lies what jobs read and write; few names, so that they meet. */
export const localSource = '/src';
export const localTarget = '/dst';
export const spoolFolder = '/spool';
export const sourcePrefix = 'in/';
const names = ['a', 'b.txt', 'c/d', 'c/e.tar.gz', 'f/g/h', 'i', 'j', 'k/l'] as const;
const targetPrefixes = ['up/', 'out/', 'in/sub/'] as const;
/** Parts are 8 bytes, whole uploads up to 16: sizes on both sides of every limit, and some of many parts. */
export const partSizes = { partBytes: 8, singleUploadBytes: 16, singleDownloadBytes: 8 };

export function pickBytes(dice: Dice): Uint8Array {
  const longest = dice.pick([0, 1, 7, 8, 9, 16, 17, 24, 25, 60, 60, 200]);
  return dice.bytes(dice.chance(0.5) ? longest : dice.int(longest + 1));
}

/** What another program may have sent along, and what a server makes of it. */
export function foreignVersion(dice: Dice, server: SimServer, bytes: Uint8Array): Partial<Version> {
  const mtime = dice.pick([null, null, '1700000000.123456789', `${1_600_000_000 + dice.int(1000)}`, 'soon', '-1.5']);
  const headers = mtime === null ? {} : { metadata: { mtime, mode: dice.pick(['100644', '0', '777']) } };
  return { ...foreignDigests(dice, server, bytes), headers };
}

function foreignDigests(dice: Dice, server: SimServer, bytes: Uint8Array): Partial<Version> {
  const parts = (partBytes: number) => {
    const md5s: string[] = [];
    for (let at = 0; at < Math.max(1, bytes.length); at += partBytes)
      md5s.push(md5Of(bytes.subarray(at, at + partBytes)));
    return `"${multipartEtag(md5s)}"`;
  };
  const etag = server.profile.etags === 'opaque' || dice.chance(0.7) ? undefined : parts(dice.pick([8, 8, 5]));
  const named = etag === undefined ? {} : { etag };
  if (server.profile.checksums !== 'kept' || dice.chance(0.3)) return named;
  const algorithm = dice.pick(['crc32', 'crc32', 'crc64nvme', 'crc32c', 'sha256'] as const);
  if (dice.chance(0.2)) return { ...named, checksums: { [algorithm]: 'AAAAAA==-2' }, checksumType: 'COMPOSITE' };
  return { ...named, checksums: { [algorithm]: digestOf(algorithm, bytes) }, checksumType: 'FULL_OBJECT' };
}

/** Another program puts an object there; of the same size as the one before as often as not. */
export function putForeign(world: World, server: SimServer, bucket: string, key: string): void {
  const { dice } = world;
  const there = server.buckets.get(bucket)?.objects.get(key);
  const likeIt = there !== undefined && dice.chance(0.5) ? dice.bytes(there.bytes.length) : pickBytes(dice);
  const bytes = key.endsWith('/') ? new Uint8Array() : likeIt;
  server.putByOther(bucket, key, bytes, foreignVersion(dice, server, bytes));
}

export const pickName = (dice: Dice): string => dice.pick(names);

/** [T69] The same content at both ends, put there by others: what a job that leaves it out looks for. */
function putSame(world: World, server: SimServer, bucket: string, name: string, prefix: string): void {
  const { dice, disk } = world;
  const object = server.buckets.get(bucket)?.objects.get(sourcePrefix + name);
  const local = disk.names.get(`${localSource}/${name}`);
  // Older than what they are copies of, most often: what is of one second may be one thing.
  const olderMs = dice.pick([0, 5_000, 90_000]);
  if (object !== undefined && dice.chance(0.5)) {
    disk.put(`${localTarget}/${name}`, object.bytes, false);
    const there = disk.findFile(`${localTarget}/${name}`);
    disk.setModified(there, there.modifiedMs - olderMs);
  }
  const same = dice.chance(0.5) ? local?.bytes : object?.bytes;
  if (same === undefined) return;
  const modifiedMs = Math.floor((world.scheduler.nowMs() - olderMs) / 1000) * 1000;
  server.putByOther(bucket, prefix + name, same, { ...foreignVersion(dice, server, same), modifiedMs });
}

/** Sources, and here and there something in the way. */
export function populate(world: World): void {
  const { dice, disk, servers } = world;
  const isSynced = dice.chance(0.3);
  for (const folder of ['/', localSource, localTarget, spoolFolder]) disk.putFolder(folder);
  const some = dice.chance(0.15) ? 8 : 2 + dice.int(4);
  for (const name of names.slice(0, some)) {
    disk.put(`${localSource}/${name}`, pickBytes(dice), false);
    if (dice.chance(0.15)) disk.put(`${localTarget}/${name}`, pickBytes(dice), false);
    for (const server of servers) {
      for (const bucket of buckets) {
        if (dice.chance(0.8)) putForeign(world, server, bucket, sourcePrefix + name);
        if (dice.chance(0.3)) putForeign(world, server, bucket, dice.pick(targetPrefixes) + name);
        if (isSynced && dice.chance(0.5)) putSame(world, server, bucket, name, dice.pick(targetPrefixes));
      }
    }
  }
  if (dice.chance(0.3)) dice.pick(servers).uploadByOther('box', dice.pick(targetPrefixes) + dice.pick(names));
  if (dice.chance(0.2)) disk.putFolder(`${localSource}/empty`);
  if (dice.chance(0.2)) for (const server of servers) putForeign(world, server, 'box', `${sourcePrefix}m/`);
}

/** A request as the window or a command may make it. */
export function pickRequest(world: World, number: number): TransferRequest {
  const { dice, disk } = world;
  const common = {
    connectionId: 'conn-one',
    conflict: dice.pick(['overwrite', 'overwrite', 'skip', 'keep-both', 'fail', 'ask']),
    removeSource: dice.chance(0.5),
    whenOffline: dice.pick(['fail', 'wait']),
    bucket: 'box',
    ...(dice.chance(0.1) ? { preserve: false } : {}),
    skipSame: dice.chance(0.4),
  };
  const single = dice.chance(0.15);
  const name = pickName(dice);
  const prefix = dice.pick(targetPrefixes);
  switch (
    dice.pick(['upload', 'upload', 'upload', 'download', 'download', 'download', 'copy', 'copy', 'copy', 'spool'])
  ) {
    case 'upload':
      return transferRequestSchema.parse({
        kind: 'upload',
        ...common,
        emptyFolders: dice.chance(0.5),
        items: single ? [{ file: `${localSource}/${name}`, key: prefix + name }] : [{ folder: localSource, prefix }],
      });
    case 'spool': {
      const path = `${spoolFolder}/s${number}/${name}`;
      disk.put(path, pickBytes(dice), false);
      return transferRequestSchema.parse({
        kind: 'upload',
        ...common,
        removeSource: false,
        fromSpool: true,
        items: [{ file: path, key: prefix + name }],
      });
    }
    case 'download':
      return transferRequestSchema.parse({
        kind: 'download',
        ...common,
        items: single
          ? [{ key: sourcePrefix + name, file: `${localTarget}/${name}` }]
          : [{ prefix: sourcePrefix, folder: localTarget }],
      });
    default: {
      const to = dice.pick([
        { toBucket: 'crate' },
        { toBucket: 'box' },
        { toBucket: 'box', toConnectionId: 'conn-two' },
        { toBucket: 'crate', toConnectionId: 'conn-two' },
        { toBucket: 'crate', toConnectionId: 'conn-two' },
      ]);
      const toPrefix = dice.pick([sourcePrefix, 'in/sub/', prefix, prefix, prefix]);
      return transferRequestSchema.parse({
        kind: 'copy',
        ...common,
        ...to,
        items: single ? [{ key: sourcePrefix + name, toKey: toPrefix + name }] : [{ prefix: sourcePrefix, toPrefix }],
      });
    }
  }
}
