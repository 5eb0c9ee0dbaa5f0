import type { RunView } from '../../../../shared/domain/rule.ts';

/** Runs of one history that have been read: whole pages, the oldest of which make room for new ones. */
export type RunPages = ReadonlyMap<number, RunPage>;

/** `stage`: how far the rule was when it was asked for. */
type RunPage = { readonly stage: string; readonly runs: readonly RunView[] };

export const pageRuns = 100;
/** Many screens more than are shown, and small whatever the history has. */
export const keptRunPages = 12;
export const noPages: RunPages = new Map();

/** Pure. With one page more, and without the one that was put in first if there are too many. */
export function putRunPage(pages: RunPages, page: number, read: RunPage): RunPages {
  const next = new Map(pages);
  next.delete(page);
  next.set(page, read);
  for (const old of next.keys()) {
    if (next.size <= keptRunPages) break;
    next.delete(old);
  }
  return next;
}

export function runAt(pages: RunPages, index: number): RunView | undefined {
  return pages.get(Math.floor(index / pageRuns))?.runs[index % pageRuns];
}
