import { FileQuestion } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileId, JobId } from '../../../shared/domain/ids.ts';
import type { Preview } from '../../../shared/domain/preview.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import styles from './conflict.module.css';

/** Lines of text that fit, and as much of a line as can be seen. */
const textLength = 1200;

/** `key`ed by what it is of: it shows nothing of the one before. */
type Props = {
  readonly jobId: JobId;
  readonly fileId: FileId;
  readonly side: 'source' | 'target';
  readonly name: string;
};

/** A look at one side of a conflict: an image or the beginning of a text; for all else, why there is none. */
export function SidePreview({ jobId, fileId, side, name }: Props) {
  const { t } = useTranslation();
  const found = usePreview(jobId, fileId, side);
  return (
    <div className={styles.preview}>
      {found === 'pending' ? (
        <Skeleton widthPercent={60} />
      ) : found === 'failed' ? (
        <NoPreview text={t('conflict.noPreview.failed')} />
      ) : found.kind === 'image' ? (
        <img src={found.url} alt={t('conflict.previewLabel', { name })} />
      ) : found.kind === 'text' ? (
        <pre dir="auto">{visibleLines(found.text.slice(0, textLength))}</pre>
      ) : found.kind === 'none' ? (
        <NoPreview text={t(`conflict.noPreview.${found.reason}`)} />
      ) : found.kind === 'tooLarge' ? (
        <NoPreview text={t('conflict.noPreview.tooLarge')} />
      ) : (
        <NoPreview text={t('conflict.noPreview.binary')} />
      )}
    </div>
  );
}

const visibleLines = (text: string) => text.split('\n').map(visibleText).join('\n');

function NoPreview({ text }: { readonly text: string }) {
  return (
    <p className={styles.noPreview}>
      <FileQuestion size={24} strokeWidth={1.5} aria-hidden />
      {text}
    </p>
  );
}

/** Opens the preview for as long as it is on screen. */
function usePreview(jobId: JobId, fileId: FileId, side: Props['side']): Preview | 'pending' | 'failed' {
  const engine = useEngine();
  const [found, setFound] = useState<Preview | 'pending' | 'failed'>('pending');
  useEffect(() => {
    let left = false;
    let opened: Preview | null = null;
    const close = (preview: Preview | null) => {
      if (preview && 'previewId' in preview) void engine.call('preview.close', { previewId: preview.previewId });
    };
    void engine.call('preview.open', { source: { jobId, fileId, side } }).then((answer) => {
      if (left) return close(answer.ok ? answer.value : null);
      opened = answer.ok ? answer.value : null;
      setFound(answer.ok ? answer.value : 'failed');
    });
    return () => {
      left = true;
      close(opened);
    };
  }, [engine, jobId, fileId, side]);
  return found;
}
