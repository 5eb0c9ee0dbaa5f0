import { Archive, CircleX, FileQuestion, FileX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Preview, PreviewSource } from '../../shared/domain/preview.ts';
import { describeError } from '../../shared/words/describe-error.ts';
import { visibleText } from '../../shared/words/visible-text.ts';
import { Button } from '../ui/button/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Skeleton } from '../ui/feedback/skeleton.tsx';
import { useFormat } from '../words/use-format.ts';
import styles from './preview.module.css';
import { usePreview } from './use-preview.ts';

type Props = {
  /** Null: nothing is opened, the place stays empty. */
  readonly source: PreviewSource | null;
  /** Changes with the bytes. */
  readonly version: string;
  readonly name: string;
  /** With room to read: all of the text that came. */
  readonly large?: boolean;
  /** Beside another one to compare them, or where the reason stands already: why there is none in a few words. */
  readonly brief?: boolean;
};

/** So much text fits a small preview, with some scrolling. */
const smallTextLength = 10_000;

/** The inside of an object or file as far as the browser can show it, or why it cannot. Fills its parent. */
export function PreviewView({ source, version, name, large = false, brief = false }: Props) {
  const { t } = useTranslation();
  const handle = usePreview(source, version);
  const label = t('preview.label', { name });
  const again = (
    <Button small onClick={handle.retry}>
      {t('preview.retry')}
    </Button>
  );
  const inside = (): ReactNode => {
    if (source === null) return null;
    switch (handle.state) {
      case 'waiting':
        return (
          <span className={styles.waiting}>
            <Skeleton widthPercent={60} />
            <span className="visually-hidden">{t('preview.loading')}</span>
          </span>
        );
      case 'failed':
        return (
          <Reason
            icon={<CircleX size={24} aria-hidden />}
            words={brief ? t('preview.brief.failed') : describeError(handle.error).message}
            action={again}
          />
        );
      case 'broken':
        return (
          <Reason
            icon={<FileX size={24} aria-hidden />}
            words={t(brief ? 'preview.brief.failed' : 'preview.broken')}
            action={again}
          />
        );
      case 'shown':
        return <Shown {...{ label, name, large, brief }} preview={handle.preview} onBroken={handle.onBroken} />;
    }
  };
  return <div className={classNames(styles.view, large && styles.large)}>{inside()}</div>;
}

type ShownProps = {
  readonly preview: Preview;
  readonly label: string;
  readonly name: string;
  readonly large: boolean;
  readonly brief: boolean;
  readonly onBroken: () => void;
};

function Shown({ preview, label, name, large, brief, onBroken }: ShownProps) {
  const { t } = useTranslation();
  const format = useFormat();
  switch (preview.kind) {
    case 'image':
      return <img key={preview.url} className={styles.image} src={preview.url} alt={label} onError={onBroken} />;
    case 'video':
      return (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- Whatever the object has is in the file itself.
        <video
          key={preview.url}
          className={styles.image}
          src={preview.url}
          aria-label={label}
          controls
          onError={onBroken}
        />
      );
    case 'audio':
      return (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- As above.
        <audio
          key={preview.url}
          className={styles.audio}
          src={preview.url}
          aria-label={label}
          controls
          onError={onBroken}
        />
      );
    case 'pdf':
      if (!navigator.pdfViewerEnabled) {
        return (
          <Reason
            icon={<FileQuestion size={24} aria-hidden />}
            words={t(brief ? 'preview.brief.binary' : 'preview.noPdf')}
          />
        );
      }
      return (
        // oxlint-disable-next-line react/iframe-missing-sandbox -- Browsers' viewers do not start in one; the answer's content policy says what they may do.
        <iframe
          key={preview.url}
          className={styles.frame}
          src={preview.url + (large ? largePdf : smallPdf)}
          title={label}
        />
      );
    case 'text':
      return (
        <Text text={preview.text} label={label} limit={large ? null : smallTextLength} truncated={preview.truncated} />
      );
    case 'none': {
      const Icon = preview.reason === 'archived' ? Archive : FileQuestion;
      const words = brief ? t(`preview.brief.${preview.reason}`) : t(`preview.${preview.reason}`, { name });
      return <Reason icon={<Icon size={24} aria-hidden />} words={words} />;
    }
    case 'tooLarge': {
      const limit = format.bytes(preview.limitBytes);
      const words = brief ? t('preview.brief.tooLarge') : t('preview.tooLarge', { limit });
      return <Reason icon={<FileQuestion size={24} aria-hidden />} words={words} />;
    }
  }
}

/** What Chromium's viewer understands: neither thumbnails nor its bar, which has the address as its title. */
const largePdf = '#toolbar=0&navpanes=0';
const smallPdf = `${largePdf}&view=FitH`;

type TextProps = {
  readonly text: string;
  readonly label: string;
  readonly limit: number | null;
  readonly truncated: boolean;
};

function Text({ text, label, limit, truncated }: TextProps) {
  const { t } = useTranslation();
  const isCut = limit !== null && text.length > limit;
  // Half of a character outside of the basic plane must not be left at the cut.
  const shown = isCut ? text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '') : text;
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- Scrolled by keyboard, too. */}
      <div role="group" className={styles.text} aria-label={label} tabIndex={0}>
        <pre dir="auto">{withoutOverrides(shown)}</pre>
      </div>
      {truncated || isCut ? <p className={styles.note}>{t('preview.truncated')}</p> : null}
    </>
  );
}

/** Lines and tabs stay; what would show the text as another one does not. */
function withoutOverrides(text: string): string {
  return text.replaceAll(/[^\n\r\t]+/g, visibleText);
}

function Reason({
  icon,
  words,
  action,
}: {
  readonly icon: ReactNode;
  readonly words: string;
  readonly action?: ReactNode;
}) {
  return (
    <div className={styles.reason}>
      {icon}
      <p>{words}</p>
      {action}
    </div>
  );
}
