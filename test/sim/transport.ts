import { digestsFor } from '../../main/s3/digests-for.ts';
import type {
  DataTarget,
  RangeDigest,
  RangeOptions,
  RangeSent,
  RangeTransport,
  SendTo,
} from '../../main/s3/data-plane/transport.ts';
import { mapFileError } from '../../main/s3/error-map.ts';
import { attributesOf, type FileAttributes } from '../../main/s3/file-attributes.ts';
import type { StoredObject } from '../../main/s3/object-store.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { sameEtag } from '../../main/s3/etag.ts';
import { withSums } from '../fakes/memory-transport.ts';
import type { Dice } from './dice.ts';
import type { DiskActs, DiskPort } from './disk-port.ts';
import type { Network } from './network.ts';
import { aborted } from './network.ts';
import type { Life } from './scheduler.ts';
import { crc32Of, digestOf, md5Of, refuse, type SimServer, type Version } from './server.ts';
import { corrupted, type Sky } from './sky.ts';

/** Told when a range begins and ends to hold memory. */
export type FlightWatch = { begin(memoryBytes: number): () => void };

/** Refuses what is signed or addressed wrongly; null when the request may go on. */
export type Gatekeeper = (target: DataTarget) => Result<never> | null;

/** What the headers of an answer say of the file. */
export function attributesOfVersion({ headers, modifiedMs }: Version): FileAttributes {
  return attributesOf(headers.metadata ?? {}, new Date(modifiedMs).toISOString());
}

export function storedOf(version: Version): StoredObject {
  const { etag, etagIsMd5, checksums, checksumType, versionId } = version;
  return { etag, etagIsMd5, checksums, checksumType, versionId };
}

/** A download holds this much while it is staged (main/transfers). */
const stageMemoryBytes = 1024 * 1024;

/** RangeTransport between the simulated disk and servers, with the checks that the real one makes. */
export function createSimTransport(options: {
  readonly disk: DiskPort;
  readonly network: Network;
  readonly serverOf: (target: DataTarget) => SimServer;
  readonly gatekeeper: Gatekeeper;
  readonly flights: FlightWatch;
  readonly dice: Dice;
  readonly sky: Sky;
  readonly life: Life;
}): RangeTransport {
  const { disk, network, serverOf, gatekeeper, flights, dice, sky, life } = options;

  const onDisk = async <T>(name: string, path: string, act: (acts: DiskActs) => Result<T>): Promise<Result<T>> => {
    try {
      return await disk.call(name, path, act);
    } catch (error) {
      return err(mapFileError(error, path));
    }
  };

  const readWhole = (path: string, offset: number, sizeBytes: number) =>
    onDisk('read', path, (acts): Result<Uint8Array> => {
      const bytes = acts.disk.read(path, offset, sizeBytes);
      return bytes.length === sizeBytes ? ok(bytes) : err(appError('SourceChanged', { path }));
    });

  function sendBytes(to: SendTo, bytes: Uint8Array, { signal, onBytes }: RangeOptions): Promise<Result<RangeSent>> {
    const { target, key, as } = to;
    const crc32 = crc32Of(bytes);
    const md5 = to.withMd5 ? md5Of(bytes) : null;
    const server = serverOf(target);
    const place = as.type === 'part' ? `${key} ${as.uploadId} #${as.partNumber}` : key;
    return network.request({
      life,
      label: `${server.name} put ${target.bucket}/${place}`,
      host: target.hostname,
      about: key,
      signal,
      effect(): Result<RangeSent> {
        const refused = gatekeeper(target);
        if (refused !== null) return refused;
        const isCorrupt = bytes.length > 0 && dice.chance(sky.weather.corruptUp);
        const came = isCorrupt ? sky.fault('corruptUp', corrupted(bytes, dice)) : bytes;
        const arrived = { bytes: came, crc32: to.withCrc32 ? crc32 : null, md5, isCorrupt };
        onBytes?.(bytes.length);
        if (as.type === 'part') {
          const part = server.putPart(target.bucket, key, as.uploadId, as.partNumber, arrived);
          if (!part.ok) return part;
          const serverCrc32 = server.profile.checksums === 'kept' && to.withCrc32 ? crc32 : null;
          return ok({ etag: part.value.etag, crc32, serverCrc32, md5, versionId: null });
        }
        const { type: _, ifMatch, ifNoneMatch, ...headers } = as;
        const stored = server.put(target.bucket, key, arrived, headers, { ifMatch, ifNoneMatch });
        if (!stored.ok) return withSums(stored.error, crc32, md5);
        return ok({
          etag: stored.value.etag,
          crc32,
          serverCrc32: to.withCrc32 ? (stored.value.checksums['crc32'] ?? null) : null,
          md5,
          versionId: stored.value.versionId,
        });
      },
    });
  }

  type Got = { readonly bytes: Uint8Array; readonly version: Version; readonly isWhole: boolean };

  function get(
    from: {
      readonly target: DataTarget;
      readonly key: string;
      readonly versionId?: string | undefined;
      readonly ifMatch: string | null;
    },
    offset: number,
    sizeBytes: number,
    isWhole: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Result<Got>> {
    const { target, key, versionId, ifMatch } = from;
    const server = serverOf(target);
    return network.request({
      life,
      label: `${server.name} get ${target.bucket}/${key} ${offset}+${sizeBytes}`,
      host: target.hostname,
      about: key,
      signal,
      hasBody: sizeBytes > 0,
      effect(fate): Result<Got> {
        const refused = gatekeeper(target);
        if (refused !== null) return refused;
        const found = server.objectOf(target.bucket, key, versionId);
        if (!found.ok) return found;
        const version = found.value;
        if (ifMatch !== null && !sameEtag(version.etag, ifMatch))
          return refuse('PreconditionFailed', 412, { bucket: target.bucket, key });
        if (isWhole && version.bytes.length !== sizeBytes) return err(appError('SourceChanged', { key }));
        if (!isWhole && sizeBytes > 0 && offset >= version.bytes.length)
          return refuse('InvalidRange', 416, { bucket: target.bucket, key });
        let bytes = version.bytes.subarray(offset, offset + sizeBytes);
        const isShort = bytes.length < sizeBytes;
        if (bytes.length > 0 && dice.chance(sky.weather.corruptDown))
          bytes = sky.fault('corruptDown', corrupted(bytes, dice));
        if (fate === 'truncated') bytes = bytes.subarray(0, dice.int(bytes.length));
        return ok({ bytes, version, isWhole: !isShort && fate !== 'truncated' });
      },
    });
  }

  const truncated = (key: string) => {
    network.noteFailure(key);
    return appError('ResponseTruncated', { key });
  };
  const digestsOf = (names: Iterable<RangeDigest>, bytes: Uint8Array) =>
    Object.fromEntries(Array.from(new Set(names), (name) => [name, digestOf(name, bytes)]));
  const ofSource = (error: AppError) => err({ ...error, context: { ...error.context, side: 'source' } });

  async function inFlight<T>(memoryBytes: number, work: () => Promise<Result<T>>): Promise<Result<T>> {
    const end = flights.begin(memoryBytes);
    const result = await work();
    end();
    return result;
  }

  return {
    send: (range, rangeOptions) =>
      inFlight(range.sizeBytes, async () => {
        const { filePath, offset, sizeBytes, expected } = range;
        const read = await readWhole(filePath, offset, sizeBytes);
        if (!read.ok) return read;
        if (expected !== undefined) {
          // The same descriptor is looked at: what the bytes were read from, as it is after that.
          const same = await onDisk('fstat', filePath, (acts): Result<boolean> => {
            const inode = acts.disk.findFile(filePath);
            const { sizeBytes: size, modifiedMs, inode: number } = expected;
            return ok(inode.bytes.length === size && inode.modifiedMs === modifiedMs && inode.number === number);
          });
          if (!same.ok) return same;
          if (!same.value) return err(appError('SourceChanged', { path: filePath }));
        }
        return rangeOptions.signal?.aborted === true ? err(aborted()) : sendBytes(range, read.value, rangeOptions);
      }),

    receive: (range, { signal, onBytes }) =>
      inFlight(stageMemoryBytes, async () => {
        const { key, filePath, offset, sizeBytes, digestsAsStored, makesFile } = range;
        const opened = await onDisk('open r+', filePath, (acts): Result<true> => {
          if (makesFile && !acts.disk.names.has(filePath)) acts.createFile(filePath);
          acts.disk.findFile(filePath);
          return ok(true);
        });
        if (!opened.ok) return opened;
        const got = await get(range, offset, sizeBytes, digestsAsStored, signal);
        if (!got.ok) return got;
        const { bytes, version } = got.value;
        if (bytes.length > 0) {
          const written = await onDisk('write', filePath, (acts) => ok(acts.disk.write(filePath, offset, bytes)));
          if (!written.ok) return written;
          onBytes?.(bytes.length);
        }
        if (!got.value.isWhole) return err(truncated(key));
        const stored = storedOf(version);
        const digests = digestsOf([...range.digests, ...(digestsAsStored ? digestsFor(stored) : [])], bytes);
        return ok({ digests, stored, totalBytes: version.bytes.length, attributes: attributesOfVersion(version) });
      }),

    relay: (range, rangeOptions) =>
      inFlight(range.sizeBytes, async () => {
        const { from, offset, sizeBytes, isWhole, expected, digests, to } = range;
        const got = await get(from, offset, sizeBytes, isWhole, rangeOptions.signal);
        if (!got.ok) return ofSource(got.error);
        if (!got.value.isWhole) return ofSource(truncated(from.key));
        const { bytes } = got.value;
        const all = digestsOf([...digests, ...(Object.keys(expected) as RangeDigest[])], bytes);
        for (const [algorithm, value] of Object.entries(expected))
          if (all[algorithm] !== value) return ofSource(appError('ChecksumMismatch', { key: from.key, algorithm }));
        const sent = await sendBytes(to, bytes, rangeOptions);
        return sent.ok ? ok({ ...sent.value, digests: all }) : sent;
      }),

    async digest({ filePath, offset, sizeBytes }, names) {
      const read = await readWhole(filePath, offset, sizeBytes);
      return read.ok ? ok({ digests: digestsOf(names, read.value) }) : read;
    },
    close: () => Promise.resolve(),
  };
}
