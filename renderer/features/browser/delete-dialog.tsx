import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { AppError } from '../../../shared/errors.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { useOnAnswer } from '../../bridge/use-answer.ts';
import type { HeldSelection } from '../../listing/listing-session.ts';
import { beginProgress, endProgress, useSelectionProgress } from '../../stores/selection-progress-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { ActionsStart, Dialog } from '../../ui/dialog/dialog.tsx';
import { focusWhenShown } from '../../ui/focus-when-shown.ts';
import { Progress } from '../../ui/feedback/progress.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useFormat } from '../../words/use-format.ts';
import styles from './dialogs.module.css';
import { useLeft } from './use-left.ts';
import { useUndelete } from './use-undelete.ts';

type Props = {
  readonly held: HeldSelection;
  /** They are buckets, which are deleted only when they are empty. */
  readonly buckets: boolean;
  readonly onClose: () => void;
};
type Failed = Pick<CommandOutput<'selection.delete'>, 'failed' | 'failedCount' | 'restorableCount'>;

const namesShown = 5;

/** Counts what is held, says so with names, and deletes exactly that, only after it was seen and confirmed. */
export function DeleteDialog({ held, buckets, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const engine = useEngine();
  const toast = useToast();
  const undelete = useUndelete();
  const [count, setCount] = useState<CommandOutput<'selection.count'> | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const [failed, setFailed] = useState<Failed | null>(null);
  const [busy, setBusy] = useState(false);
  const { selectionId, summary, names } = held;

  useOnAnswer('selection.count', { selectionId }, (answer) =>
    answer.ok ? setCount(answer.value) : setError(answer.error),
  );

  const left = useLeft();
  const failedWords = buckets ? 'browser.bucketsDeleteFailed' : 'browser.deleteFailed';

  const remove = async () => {
    setBusy(true);
    setError(null);
    useSelectionProgress.setState((state) => beginProgress(state, selectionId));
    const answer = await engine.call('selection.delete', { selectionId });
    useSelectionProgress.setState((state) => endProgress(state, selectionId));
    setBusy(false);
    if (!answer.ok && left.current) return toast(describeError(answer.error).message);
    if (!answer.ok) return setError(answer.error);
    const { deletedCount, failedCount, restorableCount } = answer.value;
    if (failedCount > 0 && !left.current) return setFailed(answer.value);
    // Only where the bucket keeps what was deleted.
    const undo =
      restorableCount === 0
        ? undefined
        : { label: t('browser.undo'), undoes: true, run: () => void undelete(selectionId, restorableCount) };
    // An answer was lost on the way, or they are too many: what is undone is not all of it.
    const isInPart = restorableCount > 0 && restorableCount < deletedCount;
    const say = (title: string) =>
      toast(isInPart ? { title, text: t('browser.deletedInPart', { count: restorableCount }) } : title, undo);
    // Closed meanwhile: the outcome is news.
    if (failedCount > 0) return say(t(failedWords, { count: failedCount }));
    const name = names[0] ?? '';
    const isOne = summary.items === 1;
    if (buckets)
      toast(isOne ? t('browser.bucketDeleted', { name }) : t('browser.bucketsDeleted', { count: deletedCount }));
    else if (isOne && summary.folders === 0) say(t('browser.objectDeleted', { name }));
    else if (isOne) say(t('browser.folderDeleted', { name, count: deletedCount }));
    else say(t('browser.deleted', { count: deletedCount }));
    if (!left.current) onClose();
  };

  const progress = useSelectionProgress((state) => state.underWay[selectionId]);
  // More may be there by now than was counted.
  const total = Math.max(buckets ? summary.items : (count?.objects ?? 0), progress?.doneCount ?? 0);
  // A line that says "and 1 more" takes as much room as the name.
  const shownNames = names.slice(0, summary.items === namesShown + 1 ? summary.items : namesShown);
  const more = summary.items - shownNames.length;
  const counted = count && t('browser.deleteCount', { count: count.objects, size: format.bytes(count.bytes) });
  const counting = error ? undefined : t('browser.deleteCounting');
  const deleting = progress ? t('browser.deletingCount', { done: progress.doneCount, total }) : t('browser.deleting');
  const description = busy ? deleting : buckets ? t('browser.deleteBucketText') : (counted ?? counting);
  const title = buckets ? 'browser.deleteBucketTitle' : 'browser.deleteTitle';
  /** What is said of a bucket mostly names it. */
  const failedLine = (name: string, reason: string) =>
    buckets && reason.includes(name) ? reason : t('browser.failedBecause', { name, reason });
  return (
    <Dialog
      title={
        failed
          ? t(failedWords, { count: failed.failedCount })
          : t(title, { count: summary.items, name: names[0] ?? '' })
      }
      description={failed ? undefined : description}
      onClose={onClose}
      actions={
        failed ? (
          <>
            {failed.restorableCount > 0 ? (
              <ActionsStart>
                <Button
                  onClick={() => {
                    void undelete(selectionId, failed.restorableCount);
                    onClose();
                  }}
                >
                  {t('browser.deleteTakeBack', { count: failed.restorableCount })}
                </Button>
              </ActionsStart>
            ) : null}
            <Button ref={focusWhenShown} onClick={onClose}>
              {t('common.close')}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>{busy ? t('common.close') : t('common.cancel')}</Button>
            <Button look="danger" busy={busy} disabled={count === null} onClick={() => void remove()}>
              {t('common.delete')}
            </Button>
          </>
        )
      }
    >
      {summary.items > 1 && !failed ? (
        <ul className={styles.names}>
          {shownNames.map((name, index) => (
            // Two rows may have the same name: a folder and an object.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={`${index} ${name}`}>{visibleText(name)}</li>
          ))}
          {more > 0 ? <li>{t('browser.andMore', { count: more })}</li> : null}
        </ul>
      ) : null}
      {busy && progress ? (
        <Progress
          label={t('browser.deleting')}
          fraction={(progress.doneCount + progress.failedCount) / Math.max(1, total)}
          valueText={deleting}
        />
      ) : (count === null && !error) || busy ? (
        <Progress label={description ?? ''} fraction={null} />
      ) : null}
      {failed ? (
        <>
          <p role="alert" className="visually-hidden">
            {t(failedWords, { count: failed.failedCount })}
          </p>
          {/* Scrolls, so the keyboard must get to it. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <ul className={styles.scrollList} tabIndex={0} aria-label={t('browser.deleteFailedList')}>
            {failed.failed.slice(0, 100).map(({ key, error: reason }) => (
              <li key={key}>{failedLine(key, describeError(reason).message)}</li>
            ))}
          </ul>
        </>
      ) : null}
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}
