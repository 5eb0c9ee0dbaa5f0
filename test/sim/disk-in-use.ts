import type { Stats } from 'node:fs';
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
): Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink' | 'size' | 'mtimeMs' | 'ino'> {
  return {
    isFile: () => inode.type === 'file',
    isDirectory: () => inode.type === 'folder',
    isSymbolicLink: () => false,
    size: inode.bytes.length,
    mtimeMs: inode.modifiedMs,
    ino: inode.number,
  };
}
