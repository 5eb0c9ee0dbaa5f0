import type { BigIntStats } from 'node:fs';

export type FileInfo = {
  /** `link`: a symbolic link that was asked not to be followed. */
  readonly type: 'file' | 'folder' | 'other' | 'link';
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly inode: number;
  /** Nanoseconds within the second of `modifiedMs`, which is too coarse for them. Left out: not known. */
  readonly modifiedNanos?: number;
  /** As in `st_mode`; null where files have no such thing. */
  readonly mode?: number | null;
};

const nanosInSecond = 1_000_000_000n;

/** From what `stat` answers with `bigint: true`: the only form in which Node tells nanoseconds. Pure. */
export function fileInfoOf(stats: BigIntStats): Required<FileInfo> {
  let seconds = stats.mtimeNs / nanosInSecond;
  let nanos = Number(stats.mtimeNs % nanosInSecond);
  if (nanos < 0) {
    seconds -= 1n;
    nanos += Number(nanosInSecond);
  }
  return {
    type: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other',
    sizeBytes: Number(stats.size),
    // To the bit what Node itself says without `bigint`: it is compared with that.
    modifiedMs: Number(seconds) * 1000 + nanos / 1e6,
    inode: Number(stats.ino),
    modifiedNanos: nanos,
    mode: process.platform === 'win32' ? null : Number(stats.mode),
  };
}
