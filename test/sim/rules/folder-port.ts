import type { EntryFacts, FolderFiles } from '../../../main/automation/folders/folder-files.ts';
import type { FolderNotes } from '../../../main/automation/folders/folder-identity.ts';
import type { FolderWatching } from '../../../main/automation/folders/folder-watching.ts';
import { mapFileError } from '../../../main/s3/file-errors.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { type Inode, diskError } from '../disk.ts';
import type { DiskActs, DiskPort } from '../disk-port.ts';
import type { Life } from '../scheduler.ts';
import type { RuleWorld } from './rule-world.ts';

function factsOf({ type, bytes, modifiedMs, changedMs, number }: Inode): EntryFacts {
  const seconds = Math.floor(modifiedMs / 1000);
  const nanos = Math.round((modifiedMs - seconds * 1000) * 1e6);
  return {
    type,
    sizeBytes: bytes.length,
    modifiedNs: BigInt(seconds) * 1_000_000_000n + BigInt(nanos),
    changedMs,
    inode: String(number),
    device: 'disk',
  };
}

const orFailure = (path: string, act: () => EntryFacts): Result<EntryFacts> => {
  try {
    return ok(act());
  } catch (thrown) {
    return err(mapFileError(thrown, path));
  }
};

/** The watched folder on the simulated disk, with what the system tells of it, and the notes of which folder it was. */
export function createFolderPort(world: RuleWorld, port: DiskPort, life: Life) {
  const { scheduler, dice, sky, notes, origins } = world;

  async function call<T>(name: string, path: string, act: (at: DiskActs) => T): Promise<Result<T>> {
    try {
      return ok(
        await port.call(name, path, (at) => {
          if (world.isFolderGone) throw diskError('ENOENT', path);
          return act(at);
        }),
      );
    } catch (thrown) {
      return err(mapFileError(thrown, path));
    }
  }

  const files: FolderFiles = {
    statFolder: (path) => call('stat', path, ({ disk }) => factsOf(disk.find(path))),
    list: (path) =>
      call('readdir', path, ({ disk }) =>
        disk.readdir(path).map((name) => ({ name, type: disk.find(`${path}/${name}`).type })),
      ),
    async statMany(folder, keys) {
      const found = await call('stat', `${folder}/…`, ({ disk }) =>
        keys.map((key) => {
          const path = `${folder}/${key}`;
          origins.noteStat(path);
          return orFailure(path, () => factsOf(disk.find(path)));
        }),
      );
      return found.ok ? found.value : keys.map(() => found);
    },
    watchesWork: () => Promise.resolve(true),
  };

  const watching: FolderWatching = {
    open(folder, recursive, events) {
      let isOpen = true;
      const later = (label: string, act: () => void) =>
        scheduler.after(dice.int(30), label, life, () => {
          if (isOpen) act();
        });
      const watcher = (path: string) => {
        const key = path.slice(folder.length + 1);
        if (!path.startsWith(`${folder}/`) || (!recursive && key.includes('/')) || life.dead) return;
        if (dice.chance(world.hintLoss)) return;
        later(`hint ${key}`, () => events.changed(key));
      };
      origins.watchers.add(watcher);
      if (world.watchLimit) later('no watches', () => events.failed(diskError('ENOSPC', folder)));
      else later('watches', () => events.ready());
      return {
        close() {
          isOpen = false;
          origins.watchers.delete(watcher);
          return Promise.resolve();
        },
      };
    },
  };

  const noteCall = async (label: string, act: () => void): Promise<Result<void>> => {
    await new Promise<void>((resolve) => scheduler.after(dice.int(sky.weather.diskMs + 1), label, life, resolve));
    if (sky.isIn('diskFull') || dice.chance(sky.weather.diskError))
      return sky.fault('diskError', err(appError('DiskFull')));
    act();
    return ok();
  };
  const notesAt = (filePath: string): FolderNotes => ({
    async read() {
      const read = await noteCall('disk read note', () => undefined);
      return read.ok ? ok(notes.get(filePath) ?? null) : read;
    },
    write: (note) => noteCall('disk write note', () => void notes.set(filePath, note)),
    remove: () => noteCall('disk rm note', () => void notes.delete(filePath)),
  });

  return { files, watching, notesAt };
}
