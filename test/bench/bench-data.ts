import { randomFillSync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const blockBytes = 4 * 1024 * 1024;
/** Every so often the offset is written into the data, so that blocks in the wrong place are not taken for right ones. */
const stampEveryBytes = 64 * 1024;
const keysPerPage = 1000;

/** Makes a file of so many bytes, no two stretches of which are alike. */
export async function makeBigFile(path: string, sizeBytes: number, signal: AbortSignal): Promise<void> {
  const block = randomFillSync(Buffer.alloc(blockBytes));
  const file = await open(path, 'wx');
  try {
    for (let offset = 0; offset < sizeBytes; offset += blockBytes) {
      signal.throwIfAborted();
      for (let at = 0; at < blockBytes; at += stampEveryBytes) block.writeBigUInt64BE(BigInt(offset + at), at);
      await file.write(block, 0, Math.min(blockBytes, sizeBytes - offset), offset);
    }
  } finally {
    await file.close();
  }
}

/** Makes so many random files in folders of a hundred. Returns their paths below `folder`, with "/". */
export async function makeSmallFiles(folder: string, count: number, sizeBytes: number): Promise<string[]> {
  const paths: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const path = `${String(Math.floor(index / 100)).padStart(4, '0')}/file-${String(index).padStart(6, '0')}.bin`;
    if (index % 100 === 0) await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), randomFillSync(Buffer.allocUnsafe(sizeBytes)));
    paths.push(path);
  }
  return paths;
}

/** Keys of an archive of logs, as many as asked for, in the order of a listing. */
export function* inventKeys(count: number): Generator<ListedObject> {
  for (let index = 0; index < count; index += 1) {
    const day = String(Math.floor(index / 5000)).padStart(4, '0');
    const hour = String(Math.floor((index % 5000) / 209)).padStart(2, '0');
    const key = `archive/day-${day}/${hour}/reading-${String(index).padStart(8, '0')}.json`;
    yield { key, sizeBytes: index % 999_983, etag: index.toString(16).padStart(32, '0') };
  }
}

export type ListedObject = { readonly key: string; readonly sizeBytes: number; readonly etag: string };

/** Writes the pages of a ListObjectsV2 as files 1.xml, 2.xml …; the continuation token is the number of the page. */
export async function writeListing(folder: string, bucket: string, objects: Iterable<ListedObject>): Promise<void> {
  await mkdir(folder, { recursive: true });
  let number = 1;
  let rows: string[] = [];
  const flush = async (hasMore: boolean) => {
    const next = hasMore ? `<NextContinuationToken>${number + 1}</NextContinuationToken>` : '';
    const head = `<Name>${bucket}</Name><Prefix></Prefix><MaxKeys>${keysPerPage}</MaxKeys><KeyCount>${rows.length}</KeyCount>`;
    const page = `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${head}<IsTruncated>${hasMore}</IsTruncated>${next}${rows.join('')}</ListBucketResult>`;
    await writeFile(join(folder, `${number}.xml`), page);
    number += 1;
    rows = [];
  };
  for (const { key, sizeBytes, etag } of objects) {
    if (rows.length === keysPerPage) await flush(true);
    rows.push(
      `<Contents><Key>${key}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${sizeBytes}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    );
  }
  await flush(false);
}

/** Whether these files, one after the other, are `source` to the last byte. */
export async function sameBytes(source: string, parts: readonly string[]): Promise<boolean> {
  const file = await open(source, 'r');
  const expected = Buffer.allocUnsafe(blockBytes);
  try {
    let offset = 0;
    for (const part of parts) {
      for await (const chunk of createReadStream(part, { highWaterMark: blockBytes })) {
        const found = chunk as Buffer;
        const { bytesRead } = await file.read(expected, 0, found.length, offset);
        if (bytesRead !== found.length || !found.equals(expected.subarray(0, bytesRead))) return false;
        offset += bytesRead;
      }
    }
    return offset === (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** What differs between two folders of small files, or undefined when every byte is the same and nothing is too much. */
export async function findDifference(
  source: string,
  paths: readonly string[],
  copy: string,
): Promise<string | undefined> {
  const found = await readdir(copy, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = found.filter((entry) => entry.isFile()).length;
  if (files !== paths.length) return `${files} files instead of ${paths.length}`;
  for (const path of paths) {
    if (!(await sameBytes(join(source, path), [join(copy, path)]).catch(() => false))) return `${path} differs`;
  }
  return undefined;
}

export async function countLines(path: string): Promise<number> {
  let lines = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: blockBytes })) {
    const bytes = chunk as Buffer;
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  }
  return lines;
}

/** A folder with so much room: in memory when there is enough of it, else where temporary files go; undefined: nowhere. */
export async function findRoom(neededBytes: number): Promise<string | undefined> {
  for (const folder of ['/dev/shm', tmpdir()]) {
    const room = await statfs(folder).catch(() => undefined);
    if (room !== undefined && room.bavail * room.bsize > neededBytes) return folder;
  }
  return undefined;
}
