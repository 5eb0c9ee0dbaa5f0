import { useMemo } from 'react';
import type { JobView } from '../../shared/domain/transfer.ts';
import { useEngine } from '../bridge/engine-context.ts';
import { showRules, useBrowserStore } from '../stores/browser-store.ts';
import { findConnection, useConnectionsStore } from '../stores/connections-store.ts';
import { useDragStore } from '../stores/drag-store.ts';
import type { Place } from '../stores/place.ts';
import type { Draft } from '../stores/rule-draft.ts';
import type * as RuleFrom from '../stores/rule-from.ts';
import { isEnded } from '../stores/transfer-summary.ts';
import { inBucket } from './use-incoming-files.tsx';

/** What makes rules is loaded when one is made. */
async function openDraft(make: (from: typeof RuleFrom) => Draft): Promise<void> {
  const [from, drafts] = await Promise.all([import('../stores/rule-from.ts'), import('../stores/draft-store.ts')]);
  drafts.offerDraft(make(from));
  useBrowserStore.setState((state) => showRules(state, { type: 'new' }));
}

const separatorOf = (path: string) => (path.includes('\\') ? '\\' : '/');
const nameOf = (path: string) => path.slice(path.lastIndexOf(separatorOf(path)) + 1);
const parentOf = (path: string) => path.slice(0, path.lastIndexOf(separatorOf(path))) || '/';

/** Begins rules with what a job did, or with what was dropped to be kept in step. */
export function useMakeRule() {
  const engine = useEngine();
  return useMemo(() => {
    const open = (dropped: RuleFrom.DroppedFolder, target: Place) => {
      const place = inBucket(target);
      const connection = findConnection(useConnectionsStore.getState(), target.connectionId);
      if (place && connection) void openDraft((from) => from.draftFromDrop(dropped, connection.name, place));
    };
    return {
      /** Null: not of an open job. */
      fromJob: (job: JobView) => (isEnded(job) ? () => void openDraft((from) => from.draftFromJob(job)) : null),
      /** To be called in the event itself: afterwards the browser has emptied it. */
      fromDrop: (items: DataTransfer, target: Place) => {
        const { drag } = useDragStore.getState();
        if (drag?.source.type === 'files') return open(draggedRows(drag.source.folder, drag), target);
        const paths = [...items.files].map((file) => engine.pathOf(file));
        const isFolder = items.items[0]?.webkitGetAsEntry()?.isDirectory === true;
        const [path = ''] = paths;
        const name = path === '' ? (items.files[0]?.name ?? '') : nameOf(path);
        if (isFolder) return open({ folder: path, match: [], name }, target);
        const names = [...items.files].map((file) => file.name);
        return open({ folder: path === '' ? '' : parentOf(path), match: names, name: '' }, target);
      },
    };
  }, [engine]);
}

function draggedRows(
  folder: string,
  {
    names,
    summary,
  }: { readonly names: readonly string[]; readonly summary: { readonly items: number; readonly folders: number } },
): RuleFrom.DroppedFolder {
  const [name = ''] = names;
  const separator = separatorOf(folder);
  if (summary.folders > 0 && summary.items === 1) {
    return { folder: folder.endsWith(separator) ? folder + name : folder + separator + name, match: [], name };
  }
  // Only some of the names are known here: more than those are all of the folder.
  return { folder, match: names.length === summary.items ? names : [], name: '' };
}
