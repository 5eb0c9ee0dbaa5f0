import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { maxTags } from '../../../shared/domain/object-texts.ts';
import type { AppError } from '../../../shared/errors.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { useOnAnswer } from '../../bridge/use-answer.ts';
import { noteEdit } from '../../stores/inspected-store.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { entriesOf, newPair, type Pair, PairFields, pairsOf } from './pair-fields.tsx';
import { tagProblem } from './tag-words.ts';
import { useLeft } from './use-left.ts';

type Props = {
  readonly place: BucketPlace;
  readonly objectKey: string;
  readonly name: string;
  readonly onClose: () => void;
};

type Loaded = { readonly seen: Readonly<Record<string, string>>; readonly pairs: readonly Pair[] };

/** The tags of one object, to be changed. What somebody else has changed meanwhile is not written over. */
export function TagsDialog({ place, objectKey, name, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const toast = useToast();
  const left = useLeft();
  const { connectionId, bucket } = place;
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const [busy, setBusy] = useState(false);

  useOnAnswer('objects.tags', { connectionId, bucket, key: objectKey }, (answer) => {
    if (!answer.ok) return setError(answer.error);
    const seen = answer.value.tags;
    const pairs = pairsOf(seen);
    // A line to begin with.
    setLoaded({ seen, pairs: pairs.length === 0 ? [newPair([])] : pairs });
  });

  const problemOf = (pair: Pair) => tagProblem(loaded?.pairs ?? [], pair, t);
  const isWrong = loaded?.pairs.some((pair) => Object.keys(problemOf(pair)).length > 0) ?? true;
  const save = async () => {
    if (loaded === null || isWrong || busy) return;
    setBusy(true);
    setError(null);
    const { seen } = loaded;
    const change = { connectionId, bucket, key: objectKey, tags: entriesOf(loaded.pairs), seen };
    const answer = await engine.call('objects.setTags', change);
    setBusy(false);
    if (!answer.ok && left.current) return toast(describeError(answer.error).message);
    if (!answer.ok) return setError(answer.error);
    noteEdit();
    toast(t('tagsDialog.saved', { name }));
    if (!left.current) onClose();
  };
  return (
    <Dialog
      wide
      title={t('tagsDialog.title', { count: 1, name })}
      description={t('tagsDialog.text')}
      onClose={onClose}
      onSubmit={() => void save()}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={isWrong}>
            {t('tagsDialog.save')}
          </Button>
        </>
      }
    >
      {loaded ? (
        <PairFields
          pairs={loaded.pairs}
          onChange={(pairs) => setLoaded({ ...loaded, pairs })}
          problemOf={problemOf}
          lineLabel={(number) => t('tagsDialog.tag', { number })}
          addLabel={t('tagsDialog.add')}
          most={maxTags}
          focusFirst
        />
      ) : error ? null : (
        <Progress label={t('preview.loading')} fraction={null} />
      )}
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}
