import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Work } from './bench-clients.ts';
import {
  countLines,
  findDifference,
  inventKeys,
  makeBigFile,
  makeSmallFiles,
  sameBytes,
  writeListing,
} from './bench-data.ts';
import type { BenchServer } from './bench-server.ts';

export type Sizes = { readonly bigBytes: number; readonly smallFiles: number; readonly keys: number };

const smallBytes = 4096;
const mebibyte = 1024 * 1024;

/** The table's sizes, times `scale`. */
export function sizesAt(scale: number): Sizes {
  return {
    bigBytes: Math.max(1, Math.round(2048 * scale)) * mebibyte,
    smallFiles: Math.max(1, Math.round(10_000 * scale)),
    keys: Math.max(1, Math.round(1_000_000 * scale)),
  };
}

/** Room for the sources, one copy of each on the server or beside it, the pages of the listing and what is printed of it. */
export function roomFor({ bigBytes, smallFiles, keys }: Sizes): number {
  return 2 * bigBytes + 3 * smallFiles * smallBytes + keys * 900 + 256 * mebibyte;
}

/** One line of the table. */
export type Row = {
  readonly name: string;
  readonly label: string;
  readonly work: Work;
  /** Makes what the row needs; only the first time. */
  prepare(): Promise<void>;
  /**
   * Outside the timing: what is wrong with what a run left behind, or undefined. Downloads and listings of everybody;
   * of uploads ours, because other clients send their bytes in frames that this server keeps as they are.
   */
  check(run: { readonly isOurs: boolean; readonly outputFile: string }): Promise<string | undefined>;
  /** Removes what a run left behind, also after one that failed. */
  clear(): Promise<void>;
};

export const rowNames = ['up-big', 'down-big', 'up-small', 'down-small', 'ls'] as const;

/** Where the rows' objects are: our own server, or buckets of somebody else's that are filled by uploading. */
export type Place = {
  /** `bucket/`, or `bucket/prefix/`: what is found there before a run, by the name of its role. */
  readonly prefixOf: (role: 'big' | 'small' | 'keys' | 'up') => string;
  /** undefined: not ours, so that nothing can be looked up in its files. */
  readonly server: BenchServer | undefined;
  /** Uploads what a row needs, outside the timing; never called for our own server. */
  upload(work: Work): Promise<void>;
};

/** The rows, with everything they read and write below `folder`, which exists. */
export function createRows(place: Place, folder: string, sizes: Sizes, signal: AbortSignal): Row[] {
  const { server, prefixOf } = place;
  const bigFile = join(folder, 'source.bin');
  const smallFolder = join(folder, 'source');
  const copy = join(folder, 'copy');
  let making: Promise<void> | undefined;
  const makeBig = () => (making ??= makeBigFile(bigFile, sizes.bigBytes, signal));
  let small: Promise<string[]> | undefined;
  const makeSmall = () => (small ??= makeSmallFiles(smallFolder, sizes.smallFiles, smallBytes));
  const bigLabel = `${sizes.bigBytes / mebibyte} MiB`;
  const smallLabel = `${sizes.smallFiles} × 4 KiB`;
  const clear = async () => {
    await server?.empty('up');
    await rm(copy, { recursive: true, force: true });
  };
  const rows: Row[] = [
    {
      name: 'up-big',
      label: `upload ${bigLabel}`,
      work: { kind: 'upload', file: bigFile, object: `${prefixOf('up')}big.bin` },
      prepare: makeBig,
      async check({ isOurs }) {
        if (!isOurs || server === undefined) return undefined;
        const isSame = await sameBytes(bigFile, await server.storedFiles('up', 'big.bin')).catch(() => false);
        return isSame ? undefined : 'the server has other bytes';
      },
      clear,
    },
    {
      name: 'down-big',
      label: `download ${bigLabel}`,
      work: { kind: 'download', object: `${prefixOf('big')}big.bin`, file: copy },
      async prepare() {
        await makeBig();
        if (server !== undefined) await server.publish(bigFile, 'big', 'big.bin');
        else await place.upload({ kind: 'upload', file: bigFile, object: `${prefixOf('big')}big.bin` });
      },
      check: async () =>
        (await sameBytes(bigFile, [copy]).catch(() => false)) ? undefined : 'the file has other bytes',
      clear,
    },
    {
      name: 'up-small',
      label: `upload ${smallLabel}`,
      work: { kind: 'uploadFolder', folder: smallFolder, prefix: `${prefixOf('up')}small/` },
      async prepare() {
        await makeSmall();
      },
      async check({ isOurs }) {
        if (!isOurs || server === undefined) return undefined;
        return findDifference(smallFolder, await makeSmall(), server.objectPath('up', 'small'));
      },
      clear,
    },
    {
      name: 'down-small',
      label: `download ${smallLabel}`,
      work: { kind: 'downloadFolder', prefix: prefixOf('small'), folder: copy },
      async prepare() {
        const paths = await makeSmall();
        if (server === undefined) {
          await place.upload({ kind: 'uploadFolder', folder: smallFolder, prefix: prefixOf('small') });
          return;
        }
        const listed = [];
        for (const path of paths) listed.push(await server.publish(join(smallFolder, path), 'small', path));
        await writeListing(server.listingFolder('small'), 'small', listed);
      },
      check: async () => findDifference(smallFolder, await makeSmall(), copy),
      clear,
    },
    {
      name: 'ls',
      label: server === undefined ? 'list the bucket' : `list ${sizes.keys} keys`,
      work: { kind: 'list', bucket: prefixOf('keys').slice(0, -1) },
      async prepare() {
        if (server !== undefined) await writeListing(server.listingFolder('keys'), 'keys', inventKeys(sizes.keys));
      },
      async check({ isOurs, outputFile }) {
        if (server === undefined) return undefined;
        const lines = await countLines(outputFile);
        // Others print brackets or folders around them.
        const isRight = isOurs ? lines === sizes.keys : lines >= sizes.keys;
        return isRight ? undefined : `${lines} lines instead of ${sizes.keys}`;
      },
      clear,
    },
  ];
  return rows.map((row) => {
    let preparing: Promise<void> | undefined;
    return { ...row, prepare: () => (preparing ??= row.prepare()) };
  });
}
