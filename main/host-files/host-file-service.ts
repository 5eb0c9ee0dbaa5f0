import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { CommandName, CommandOutput, CommandParsed } from '../../shared/contract/commands.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { mapFileError } from '../s3/error-map.ts';

type Names = Extract<CommandName, `hostFiles.${string}`>;
type Handler<N extends Names> = (input: CommandParsed<N>) => Promise<Result<CommandOutput<N>>>;

/** The commands on the host's own file system. */
export type HostFileService = { readonly [N in Names]: Handler<N> };

/** What only a host with a desktop can do. */
export type HostDialogs = {
  readonly pick?: Handler<'hostFiles.pick'> | undefined;
  readonly reveal?: Handler<'hostFiles.reveal'> | undefined;
};

type Entry = CommandOutput<'hostFiles.list'>['entries'][number];

/** Files looked at side by side. */
const statsUnderWay = 32;
const natural = new Intl.Collator(undefined, { numeric: true });

export function createHostFileService(dialogs: HostDialogs): HostFileService {
  const unsupported = async (what: string): Promise<Result<never>> => err(appError('Unsupported', { what }));

  return {
    async 'hostFiles.list'({ folder }) {
      const checked = absolute('folder', folder);
      if (!checked.ok) return checked;
      const path = checked.value;
      let names: string[];
      try {
        names = await readdir(path);
      } catch (error) {
        return err(mapFileError(error, path));
      }
      const entries = (await inBatches(names, (name) => entryOf(join(path, name), name))).filter(
        (entry) => entry !== null,
      );
      const parent = dirname(path);
      return ok({ folder: path, parent: parent === path ? null : parent, entries: entries.sort(foldersFirst) });
    },

    async 'hostFiles.createFolder'({ folder, name }) {
      const checked = absolute('folder', folder);
      if (!checked.ok) return checked;
      if (basename(name) !== name || name === '.' || name === '..' || name.includes('\0')) {
        return err(appError('InvalidInput', { field: 'name', reason: 'a name without slashes is needed' }));
      }
      const path = join(checked.value, name);
      try {
        await mkdir(path);
        return ok({ path });
      } catch (error) {
        return err(mapFileError(error, path));
      }
    },

    async 'hostFiles.ensureFolder'({ folder }) {
      const checked = absolute('folder', folder);
      if (!checked.ok) return checked;
      try {
        await mkdir(checked.value, { recursive: true });
        return ok({ path: checked.value });
      } catch (error) {
        return err(mapFileError(error, checked.value));
      }
    },

    async 'hostFiles.inspect'({ paths }) {
      const entries = await inBatches(paths, (path) => (isAbsolute(path) ? entryOf(path, basename(path)) : null));
      return ok({
        entries: entries
          .filter((entry) => entry !== null)
          .map(({ path, name, isFolder, sizeBytes }) => ({ path, name, isFolder, sizeBytes })),
      });
    },

    'hostFiles.pick': (input) => dialogs.pick?.(input) ?? unsupported('The system’s file dialog'),
    'hostFiles.reveal': (input) => dialogs.reveal?.(input) ?? unsupported('Showing files in the file manager'),
  };
}

function absolute(field: string, path: string): Result<string> {
  if (!isAbsolute(path)) return err(appError('InvalidInput', { field, reason: 'an absolute path is needed' }));
  return ok(resolve(path));
}

/** Links are followed. Null for what is gone, leads nowhere or is no file or folder: it cannot be chosen or uploaded. */
async function entryOf(path: string, name: string): Promise<Entry | null> {
  try {
    const info = await stat(path);
    if (!info.isDirectory() && !info.isFile()) return null;
    const isFolder = info.isDirectory();
    return { name, path, isFolder, sizeBytes: isFolder ? 0 : info.size, modifiedMs: info.mtimeMs };
  } catch {
    return null;
  }
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R> | R): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += statsUnderWay) {
    results.push(...(await Promise.all(items.slice(from, from + statsUnderWay).map(work))));
  }
  return results;
}

function foldersFirst(a: Entry, b: Entry): number {
  return Number(b.isFolder) - Number(a.isFolder) || natural.compare(a.name, b.name);
}
