import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import { maxTags } from '../../../shared/domain/object-texts.ts';
import type { AppError } from '../../../shared/errors.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { useAnswer } from '../../bridge/use-answer.ts';
import type { HeldSelection } from '../../listing/listing-session.ts';
import { noteEdit } from '../../stores/inspected-store.ts';
import { beginProgress, endProgress, useSelectionProgress } from '../../stores/selection-progress-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { focusWhenShown } from '../../ui/focus-when-shown.ts';
import { useToast } from '../../ui/toast/toast.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import styles from './dialogs.module.css';
import { entriesOf, newPair, type Pair, PairFields } from './pair-fields.tsx';
import { tagProblem } from './tag-words.ts';
import { useLeft } from './use-left.ts';

type Props = { readonly held: HeldSelection; readonly onClose: () => void };
type Failed = Pick<CommandOutput<'selection.tag'>, 'failed' | 'failedCount'>;

/** Sets tags on all that is held, and takes others away. */
export function TagManyDialog({ held: { selectionId, summary, names }, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const toast = useToast();
  const left = useLeft();
  const [pairs, setPairs] = useState<readonly Pair[]>([newPair([])]);
  const [taken, setTaken] = useState('');
  const [error, setError] = useState<AppError | null>(null);
  const [failed, setFailed] = useState<Failed | null>(null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const counted = useAnswer('selection.count', { selectionId });
  const total = counted?.ok === true ? counted.value.objects : 0;
  const progress = useSelectionProgress((state) => state.underWay[selectionId]);

  const set = entriesOf(pairs);
  const remove = taken
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const problemOf = (pair: Pair) => tagProblem(pairs, pair, t);
  const isWrong = pairs.some((pair) => Object.keys(problemOf(pair)).length > 0);
  const isNothing = remove.length === 0 && Object.keys(set).length === 0;
  const save = async () => {
    setTried(true);
    if (isWrong || isNothing || busy) return;
    setBusy(true);
    setError(null);
    useSelectionProgress.setState((state) => beginProgress(state, selectionId));
    const answer = await engine.call('selection.tag', { selectionId, set, remove });
    useSelectionProgress.setState((state) => endProgress(state, selectionId));
    setBusy(false);
    noteEdit();
    if (!answer.ok && left.current) return toast(describeError(answer.error).message);
    if (!answer.ok) return setError(answer.error);
    const { taggedCount, failedCount } = answer.value;
    if (failedCount > 0 && left.current) return toast(t('tagsDialog.failed', { count: failedCount }));
    if (failedCount > 0) return setFailed(answer.value);
    toast(t('tagsDialog.savedMany', { count: taggedCount }));
    if (!left.current) onClose();
  };
  const done = progress ? progress.doneCount + progress.failedCount : 0;
  const running = t('tagsDialog.running', { done, total: Math.max(total, done) });
  return (
    <Dialog
      wide
      title={
        failed
          ? t('tagsDialog.failed', { count: failed.failedCount })
          : t('tagsDialog.title', { count: summary.items, name: names[0] ?? '' })
      }
      description={failed ? undefined : t('tagsDialog.textMany')}
      onClose={onClose}
      onSubmit={() => void save()}
      actions={
        failed ? (
          <Button ref={focusWhenShown} onClick={onClose}>
            {t('common.close')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{busy ? t('common.close') : t('common.cancel')}</Button>
            <Button look="primary" type="submit" busy={busy} disabled={isWrong}>
              {t('tagsDialog.save')}
            </Button>
          </>
        )
      }
    >
      {failed ? (
        // Scrolls, so the keyboard must get to it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <ul className={styles.scrollList} tabIndex={0} aria-label={t('tagsDialog.failedList')}>
          {failed.failed.slice(0, 100).map(({ key, error: reason }) => (
            <li key={key}>{t('browser.failedBecause', { name: key, reason: describeError(reason).message })}</li>
          ))}
        </ul>
      ) : (
        <>
          <PairFields
            pairs={pairs}
            onChange={setPairs}
            problemOf={problemOf}
            lineLabel={(number) => t('tagsDialog.tag', { number })}
            addLabel={t('tagsDialog.add')}
            most={maxTags}
          />
          <TextField
            label={t('tagsDialog.take')}
            mark={t('common.optional')}
            hint={t('tagsDialog.takeHint')}
            error={tried && isNothing ? t('tagsDialog.nothing') : undefined}
            value={taken}
            onValueChange={setTaken}
          />
          {busy ? <Progress label={running} fraction={total === 0 ? null : done / total} valueText={running} /> : null}
        </>
      )}
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}
