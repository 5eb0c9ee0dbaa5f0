import { type Disk, diskError, type Inode } from './disk.ts';
import type { Dice } from './dice.ts';
import type { Life, Scheduler } from './scheduler.ts';
import type { Sky } from './sky.ts';

/** Told of what the engine does to files, before it is done. */
export type DiskWatch = {
  onCreate(path: string): void;
  onPlace(path: string, inode: Inode, replaced: Inode | undefined): void;
  /** The disk refused it. */
  onNotRemoved(path: string): void;
  onUnlink(path: string, inode: Inode): void;
};

export type DiskActs = Pick<Disk, 'link' | 'rename' | 'unlink' | 'removeTree' | 'createFile'> & {
  readonly disk: Disk;
  /** The inode, and a note that the engine has seen it as it is now. */
  look(path: string): Inode;
};

/** The disk as one run of the engine reaches it: calls take their turn, and fail with the weather. */
export type DiskPort = {
  readonly disk: Disk;
  /** When the engine last looked at a path, and what it saw. */
  readonly looks: ReadonlyMap<string, { readonly step: number; readonly bytes: Uint8Array }>;
  call<T>(name: string, path: string, act: (acts: DiskActs) => T): Promise<T>;
  /** At once, as a worker thread does; in a turn that was waited for. */
  callNow<T>(name: string, path: string, act: (acts: DiskActs) => T): T;
};

/** A folder that may not be read is so for good, and what is open may be written. */
const failures: Readonly<Record<string, readonly string[]>> = { 'open r': ['EIO', 'EMFILE'], fsync: ['EIO', 'ENOSPC'] };
const growing = new Set(['open wx', 'truncate', 'write', 'mkdir', 'link', 'rename']);

export function createDiskPort(options: {
  readonly disk: Disk;
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  readonly sky: Sky;
  readonly life: Life;
  readonly watch: DiskWatch;
}): DiskPort {
  const { disk, scheduler, dice, sky, life, watch } = options;
  const looks = new Map<string, { step: number; bytes: Uint8Array }>();
  const acts: DiskActs = {
    disk,
    look(path) {
      const inode = disk.find(path);
      looks.set(path, { step: scheduler.steps, bytes: inode.bytes });
      return inode;
    },
    createFile(path) {
      watch.onCreate(path);
      return disk.createFile(path);
    },
    link(from, to) {
      const inode = disk.findFile(from);
      if (!disk.names.has(to)) watch.onPlace(to, inode, undefined);
      disk.link(from, to);
    },
    rename(from, to) {
      watch.onPlace(to, disk.findFile(from), disk.names.get(to));
      disk.rename(from, to);
    },
    unlink(path) {
      watch.onUnlink(path, disk.findFile(path));
      disk.unlink(path);
    },
    removeTree(path) {
      for (const [each, inode] of disk.names) if (each.startsWith(`${path}/`)) watch.onUnlink(each, inode);
      disk.removeTree(path);
    },
  };

  function failureOf(name: string, path: string): Error | null {
    if (growing.has(name) && name !== 'rename' && sky.isIn('diskFull')) return diskError('ENOSPC', path);
    // What is done about a failed removal is easily forgotten.
    if (!dice.chance(sky.weather.diskError * (name === 'rm' ? 4 : 1))) return null;
    const codes = failures[name] ?? (growing.has(name) ? ['EIO', 'EACCES', 'ENOSPC'] : ['EIO', 'EACCES', 'EMFILE']);
    return sky.fault('diskError', diskError(dice.pick(codes), path));
  }

  return {
    disk,
    looks,
    callNow(name, path, act) {
      const failure = failureOf(name, path);
      if (failure !== null) throw failure;
      return act(acts);
    },
    call: (name, path, act) =>
      new Promise((resolve, reject) => {
        scheduler.after(dice.int(sky.weather.diskMs + 1), `disk ${name} ${path}`, life, () => {
          const failure = failureOf(name, path);
          if (failure !== null) {
            if (name === 'rm') watch.onNotRemoved(path);
            return reject(failure);
          }
          try {
            resolve(act(acts));
          } catch (error) {
            // Anything but an answer of the system is a mistake of the simulation, and is seen as an unexpected failure.
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      }),
  };
}
