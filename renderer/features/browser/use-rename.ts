import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { type AppError, appError } from '../../../shared/errors.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import type { EngineLink } from '../../bridge/engine-link.ts';
import { rowId } from '../../listing/row-id.ts';
import type { Listing } from '../../listing/use-listing.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { watchJob } from './watch-job.ts';
import { useToast } from '../../ui/toast/toast.tsx';
import { type Renamable, renamed, renameRequest } from './rename.ts';
import { forgetNotes, noteRow } from './row-note.tsx';

export type Rename = {
  readonly editing: Renamable | null;
  readonly begin: (row: Renamable) => void;
  readonly cancel: () => void;
  readonly rename: (row: Renamable, name: string) => void;
  /** Ids of rows whose rename is under way. */
  readonly moving: ReadonlySet<string>;
};

/** Renaming in the row: a move on the server that can be undone, and whose failure stands at the row. */
export function useRename(place: BucketPlace | null, listing: Listing): Rename {
  const { t } = useTranslation();
  const engine = useEngine();
  const toast = useToast();
  const [editing, setEditing] = useState<Renamable | null>(null);
  const [moving, setMoving] = useState<ReadonlySet<string>>(new Set());
  const { want } = listing;
  const left = useRef(false);

  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
      forgetNotes();
    };
  }, []);

  const move = useCallback(
    async function moveRow(row: Renamable, name: string, isUndo: boolean): Promise<void> {
      if (!place) return;
      noteRow(row, null);
      setMoving((before) => new Set([...before, rowId(row)]));
      const error = await run(engine, place, row, name);
      setMoving((before) => new Set([...before].filter((id) => id !== rowId(row))));
      // Rows of another place are on screen by then: the failure is news.
      if (error && left.current) return toast(describeError(error).message);
      if (error) return noteRow(row, error);
      const made = renamed(place, row, name);
      want({ name, isContainer: made.type === 'folder' });
      const news = isUndo ? t('browser.renameUndone', { name }) : t('browser.renamed', { from: row.name, to: name });
      const undo = () => void moveRow(made, row.name, true);
      toast(news, isUndo ? undefined : { label: t('browser.undo'), run: undo, undoes: true });
    },
    [engine, place, want, toast, t],
  );

  return {
    editing,
    begin: setEditing,
    cancel: useCallback(() => setEditing(null), []),
    rename: useCallback(
      (row, name) => {
        setEditing(null);
        void move(row, name, false);
      },
      [move],
    ),
    moving,
  };
}

/** Null when everything has been moved. */
async function run(engine: EngineLink, place: BucketPlace, row: Renamable, name: string): Promise<AppError | null> {
  const answer = await engine.call('transfers.start', { request: renameRequest(place, row, name) });
  if (!answer.ok) return answer.error;
  const job = await watchJob(answer.value.jobId);
  if (job?.state === 'done') return null;
  return job ? whyFailed(engine, job) : null;
}

async function whyFailed(engine: EngineLink, job: JobView): Promise<AppError> {
  if (job.error) return job.error;
  const answer = await engine.call('transfers.files', { jobId: job.id, states: ['failed'], from: 0, count: 1 });
  const error = answer.ok ? answer.value.files[0]?.error : answer.error;
  return error ?? appError(job.state === 'cancelled' ? 'Cancelled' : 'UnexpectedFailure', {});
}
