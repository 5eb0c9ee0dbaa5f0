import { type SpoolEntry, spoolLimits } from '../../shared/contract/wire.ts';
import type { SpoolItem } from './dropped-items.ts';

/** What goes over in one request: one large file by itself, or many small ones and empty folders together. */
export type SpoolBatch = { readonly items: readonly SpoolItem[]; readonly bytes: number; readonly together: boolean };

/** Pure. In the order of the items, except that large files go by themselves. */
export function batchesOf(items: readonly SpoolItem[]): SpoolBatch[] {
  const batches: SpoolBatch[] = [];
  let open: { items: SpoolItem[]; bytes: number } = { items: [], bytes: 0 };
  const close = () => {
    if (open.items.length > 0) batches.push({ ...open, together: true });
    open = { items: [], bytes: 0 };
  };
  for (const item of items) {
    const bytes = item.file?.size ?? 0;
    if (bytes > spoolLimits.smallBytes) batches.push({ items: [item], bytes, together: false });
    else {
      const isFull = open.items.length >= spoolLimits.batchFiles || open.bytes + bytes > spoolLimits.batchBytes;
      if (isFull) close();
      open.items.push(item);
      open.bytes += bytes;
    }
  }
  close();
  return batches;
}

/** Each file as a line about it and its bytes; the browser reads the files as they are sent. */
export function bodyOf({ items }: SpoolBatch): Blob {
  return new Blob(
    items.flatMap(({ path, file }) => {
      const entry: SpoolEntry = { path: path.map((name) => name.toWellFormed()), bytes: file?.size ?? null };
      const line = `${JSON.stringify(entry)}\n`;
      return file ? [line, file] : [line];
    }),
  );
}

/** The first file that the browser cannot read: changed or taken away since it was dropped. */
export async function findUnreadable(items: readonly SpoolItem[]): Promise<string | null> {
  for (const { path, file } of items) {
    const readable = await file
      ?.slice(0, 1)
      .arrayBuffer()
      .then(
        () => true,
        () => false,
      );
    if (readable === false) return path.join('/');
  }
  return null;
}
