import { useTranslation } from 'react-i18next';
import type { FileId, JobId } from '../../../shared/domain/ids.ts';
import type { ConflictQuestion } from '../../../shared/domain/transfer.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { PreviewView } from '../../preview/preview-view.tsx';
import { Time } from '../../words/time.tsx';
import { useFormat } from '../../words/use-format.ts';
import styles from './conflict.module.css';
import { compareSides } from './compare-sides.ts';

type Side = ConflictQuestion['source'];
type Props = {
  readonly title: string;
  readonly name: string;
  readonly side: Side;
  readonly other: Side;
  readonly preview: { readonly jobId: JobId; readonly fileId: FileId; readonly side: 'source' | 'target' };
};

/** One of the two: what it looks like, how large and old it is, and how it differs from the other, in words. */
export function ConflictSide({ title, name, side, other, preview }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { bytes, seconds } = compareSides(side, other);
  const version = `${side.sizeBytes} ${side.modifiedMs ?? ''}`;
  return (
    <section className={styles.side} aria-label={title}>
      <h3>{title}</h3>
      <div className={styles.preview}>
        <PreviewView brief source={preview} version={version} name={name} />
      </div>
      <p className={styles.fact}>
        <span>{format.bytes(side.sizeBytes)}</span>
        <span className={bytes > 0 ? styles.more : styles.note}>
          {bytes === 0
            ? t('conflict.sameSize')
            : t(bytes > 0 ? 'conflict.largerBy' : 'conflict.smallerBy', { bytes: format.bytes(Math.abs(bytes)) })}
        </span>
      </p>
      <p className={styles.fact}>
        <span>{side.modifiedMs === null ? t('conflict.unknownDate') : <Time ms={side.modifiedMs} />}</span>
        {seconds === null ? null : (
          <span className={seconds > 0 ? styles.more : styles.note}>
            {seconds === 0
              ? t('conflict.sameTime')
              : t(seconds > 0 ? 'conflict.newerBy' : 'conflict.olderBy', { time: format.duration(Math.abs(seconds)) })}
          </span>
        )}
      </p>
      <p className={styles.where}>
        <bdi>{visibleText(side.where)}</bdi>
      </p>
    </section>
  );
}
