import type { EngineLink } from './engine-link.ts';

/** A file on its way to the spool folder, or an empty folder (no file), at its path below what was dropped. */
export type SpoolItem = { readonly path: readonly string[]; readonly file: File | null };

/** What a person dropped, pasted or picked: paths that the engine reads itself, or files that are handed over to it. */
export type UploadSource =
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  | {
      readonly kind: 'items';
      readonly count: number;
      readonly name: string;
      readonly read: () => Promise<SpoolItem[]>;
    };

/**
 * Takes what a drop or paste carries. Must be called in the event: afterwards the browser has emptied it. Null when
 * there are no files in it.
 */
export function takeItems(link: EngineLink, data: DataTransfer): UploadSource | null {
  const files = [...data.files];
  const paths = files.map((file) => link.pathOf(file)).filter((path) => path !== '');
  if (files.length > 0 && paths.length === files.length) return { kind: 'paths', paths };
  const taken = [...data.items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  if (taken.length === 0) return null;
  return {
    kind: 'items',
    count: taken.length,
    name: taken[0]?.entry?.name ?? taken[0]?.file?.name ?? '',
    read: async () => {
      const items: SpoolItem[] = [];
      for (const { entry, file } of taken) {
        if (entry?.isDirectory) await walk(entry, [entry.name], items);
        else if (file) items.push({ path: [file.name], file });
      }
      return items;
    },
  };
}

/** Takes the files of an `<input type="file">`; those of a picked folder carry their path below it. */
export function takeFiles(link: EngineLink, list: FileList): UploadSource | null {
  const files = [...list];
  if (files.length === 0) return null;
  const paths = files.map((file) => link.pathOf(file)).filter((path) => path !== '');
  const isFolder = files.some((file) => file.webkitRelativePath !== '');
  if (!isFolder && paths.length === files.length) return { kind: 'paths', paths };
  const items = files.map((file) => ({
    path: file.webkitRelativePath === '' ? [file.name] : file.webkitRelativePath.split('/'),
    file,
  }));
  const count = new Set(items.map((item) => item.path[0])).size;
  return { kind: 'items', count, name: items[0]?.path[0] ?? '', read: () => Promise.resolve(items) };
}

async function walk(entry: FileSystemEntry, path: readonly string[], into: SpoolItem[]): Promise<void> {
  if (isFile(entry)) {
    into.push({ path, file: await fileOf(entry) });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  let any = false;
  for (;;) {
    // Chromium hands out a hundred at a time; an empty answer is the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    any = true;
    // Each file is a round trip to another process of the browser: those of a batch are asked for together.
    const files = await Promise.all(some.map((child) => (isFile(child) ? fileOf(child) : Promise.resolve(null))));
    for (const [index, child] of some.entries()) {
      const file = files[index];
      if (file) into.push({ path: [...path, child.name], file });
      else await walk(child, [...path, child.name], into);
    }
  }
  if (!any) into.push({ path, file: null });
}

const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject));

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
