import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import {
  type EditableHeaders,
  isHeaderText,
  maxMetadataBytes,
  metadataBytes,
  problemOfMetadata,
} from '../../../shared/domain/object-texts.ts';
import type { AppError } from '../../../shared/errors.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { useOnAnswer } from '../../bridge/use-answer.ts';
import { noteEdit } from '../../stores/inspected-store.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { focusWhenShown } from '../../ui/focus-when-shown.ts';
import { useToast } from '../../ui/toast/toast.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import styles from './dialogs.module.css';
import { entriesOf, isTwice, type Pair, PairFields, type PairProblem, pairsOf } from './pair-fields.tsx';
import { useLeft } from './use-left.ts';

type Props = {
  readonly place: BucketPlace;
  readonly objectKey: string;
  readonly name: string;
  readonly onClose: () => void;
};

const headerNames = [
  'contentType',
  'cacheControl',
  'contentDisposition',
  'contentEncoding',
  'contentLanguage',
] as const;

type Draft = { readonly headers: EditableHeaders; readonly pairs: readonly Pair[] };

/** More lines than 2 KB of metadata have room for. */
const mostPairs = 500;

/** Headers and metadata of one object, to be changed: only of the very object that was looked at. */
export function MetadataDialog({ place, objectKey, name, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const toast = useToast();
  const left = useLeft();
  const { connectionId, bucket } = place;
  const [seen, setSeen] = useState<CommandOutput<'objects.stat'> | null>(null);
  const [draft, setDraft] = useState<Draft>({ headers: {}, pairs: [] });
  const [error, setError] = useState<AppError | null>(null);
  const [busy, setBusy] = useState(false);

  useOnAnswer('objects.stat', { connectionId, bucket, key: objectKey }, (answer) => {
    if (!answer.ok) return setError(answer.error);
    setSeen(answer.value);
    setDraft({ headers: answer.value.headers, pairs: pairsOf(answer.value.metadata) });
  });

  const { headers, pairs } = draft;
  const metadata = entriesOf(pairs);
  const used = metadataBytes(metadata);
  const problemOf = (pair: Pair) => metadataProblem(pairs, pair, t);
  const isWrong =
    seen === null ||
    used > maxMetadataBytes ||
    headerNames.some((header) => !isHeaderText(headers[header] ?? '')) ||
    pairs.some((pair) => Object.keys(problemOf(pair)).length > 0);
  const save = async () => {
    if (seen === null || isWrong || busy) return;
    setBusy(true);
    setError(null);
    // An empty field means that it has no such header.
    const given = Object.entries(headers).filter(([, text]) => text !== '' && text !== undefined);
    const answer = await engine.call('objects.setHeaders', {
      connectionId,
      bucket,
      key: objectKey,
      etag: seen.etag ?? '',
      seen: seen.headers,
      headers: { ...Object.fromEntries(given), metadata },
    });
    setBusy(false);
    if (!answer.ok && left.current) return toast(describeError(answer.error).message);
    if (!answer.ok) return setError(answer.error);
    noteEdit();
    toast(t('metadataDialog.saved', { name }));
    if (!left.current) onClose();
  };
  // What is called `null` may be replaced where it is.
  const makesVersion = typeof seen?.versionId === 'string' && seen.versionId !== 'null';
  const counts = { used, most: maxMetadataBytes };
  return (
    <Dialog
      wide
      title={t('metadataDialog.title', { name })}
      description={makesVersion ? t('metadataDialog.textVersions') : t('metadataDialog.text')}
      onClose={onClose}
      onSubmit={() => void save()}
      actions={
        <>
          <Button onClick={onClose}>{busy ? t('common.close') : t('common.cancel')}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={isWrong}>
            {t('tagsDialog.save')}
          </Button>
        </>
      }
    >
      {seen ? (
        <>
          <div className={styles.twoFields}>
            {headerNames.map((header) => {
              const text = headers[header] ?? '';
              return (
                <TextField
                  key={header}
                  ref={header === headerNames[0] ? focusWhenShown : undefined}
                  label={t(`metadataDialog.${header}`)}
                  error={isHeaderText(text) ? undefined : t('metadataDialog.problem.valueSigns')}
                  value={text}
                  onValueChange={(next) => setDraft({ pairs, headers: { ...headers, [header]: next } })}
                />
              );
            })}
          </div>
          <h3 className={styles.pairsHeading}>{t('metadataDialog.own')}</h3>
          <PairFields
            pairs={pairs}
            onChange={(next) => setDraft({ headers, pairs: next })}
            problemOf={problemOf}
            lineLabel={(number) => t('metadataDialog.entry', { number })}
            addLabel={t('metadataDialog.add')}
            most={mostPairs}
          />
          <p role={used > maxMetadataBytes ? 'alert' : undefined} className={styles.soft}>
            {used > maxMetadataBytes ? t('metadataDialog.tooMuch', counts) : t('metadataDialog.used', counts)}
          </p>
          {busy ? <Progress label={t('metadataDialog.saving')} fraction={null} captioned valueText="" /> : null}
        </>
      ) : error ? null : (
        <Progress label={t('preview.loading')} fraction={null} />
      )}
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}

function metadataProblem(pairs: readonly Pair[], pair: Pair, t: TFunction): PairProblem {
  const { name, value } = pair;
  if (name === '' && value === '') return {};
  // Servers do not tell names apart by case.
  if (isTwice(pairs, pair, (a, b) => a.toLowerCase() === b.toLowerCase()))
    return { name: t('metadataDialog.problem.twice') };
  const problem = problemOfMetadata(name, value);
  if (problem === null) return {};
  const words = t(`metadataDialog.problem.${problem}`);
  return problem === 'valueSigns' ? { value: words } : { name: words };
}
