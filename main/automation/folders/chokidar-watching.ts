import { relative, sep } from 'node:path';
import { watch } from 'chokidar';
import type { FolderWatching } from './folder-watching.ts';
import { isIgnoredKey } from './ignored-names.ts';

/**
 * FolderWatching on chokidar, which holds the names of all files in memory and one watch for each folder (on Linux). Whether
 * a file is whole is decided elsewhere, so every event is passed on at once.
 */
export const chokidarWatching: FolderWatching = {
  open(folder, recursive, events) {
    let isClosed = false;
    const keyOf = (path: string) => relative(folder, path).split(sep).join('/');
    const watcher = watch(folder, {
      ignoreInitial: true,
      followSymlinks: false,
      // Its filter for editors would swallow files of certain names.
      atomic: false,
      ignored: (path) => path !== folder && isIgnoredKey(keyOf(path)),
      ...(recursive ? {} : { depth: 0 }),
    });
    watcher.on('all', (event, path) => {
      if (isClosed) return;
      const key = keyOf(path);
      if (key === '') events.folderChanged();
      else if (event === 'add' || event === 'change' || event === 'unlink') events.changed(key);
    });
    watcher.on('ready', () => {
      if (!isClosed) events.ready();
    });
    watcher.on('error', (error) => {
      if (!isClosed) events.failed(error);
    });
    return {
      close() {
        isClosed = true;
        return watcher.close();
      },
    };
  },
};
