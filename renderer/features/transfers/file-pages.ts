import type { FileView } from '../../../shared/domain/transfer.ts';

/** Files of one job that have been read: whole pages, the oldest of which make room for new ones. */
export type FilePages = ReadonlyMap<number, FilePage>;

/** `stage`: how far the job was when it was asked for. */
type FilePage = { readonly stage: string; readonly files: readonly FileView[] };

export const pageFiles = 200;
/** 2,400 files: many screens more than are shown, and small whatever the job has. */
export const keptPages = 12;

/** Pure. With one page more, and without the one that was put in first if there are too many. */
export function putPage(pages: FilePages, page: number, read: FilePage): FilePages {
  const next = new Map(pages);
  next.delete(page);
  next.set(page, read);
  for (const old of next.keys()) {
    if (next.size <= keptPages) break;
    next.delete(old);
  }
  return next;
}

export function fileAt(pages: FilePages, index: number): FileView | undefined {
  return pages.get(Math.floor(index / pageFiles))?.files[index % pageFiles];
}
