import type { BigIntStats } from 'node:fs';
import type { Inode } from './disk.ts';
import type { DiskPort } from './disk-port.ts';

let port: DiskPort | null = null;

/** From now on the engine's file system is this one. */
export function useDisk(next: DiskPort): void {
  port = next;
}

export function disk(): DiskPort {
  if (port === null) throw new Error('no simulated disk');
  return port;
}

export function statsOf(
  inode: Inode,
): Pick<BigIntStats, 'isFile' | 'isDirectory' | 'isSymbolicLink' | 'size' | 'mtimeNs' | 'ino' | 'mode'> {
  const seconds = Math.floor(inode.modifiedMs / 1000);
  const nanos = Math.round((inode.modifiedMs - seconds * 1000) * 1e6);
  return {
    isFile: () => inode.type === 'file',
    isDirectory: () => inode.type === 'folder',
    isSymbolicLink: () => false,
    size: BigInt(inode.bytes.length),
    mtimeNs: BigInt(seconds) * 1_000_000_000n + BigInt(nanos),
    ino: BigInt(inode.number),
    mode: inode.type === 'file' ? 0o100644n : 0o040755n,
  };
}
