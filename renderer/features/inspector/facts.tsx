import { Pencil } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { IconButton } from '../../ui/button/button.tsx';
import { CopyButton } from '../../ui/button/copy-button.tsx';
import { type Description, DescriptionList } from '../../ui/description-list/description-list.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Time } from '../../words/time.tsx';
import { useFormat } from '../../words/use-format.ts';
import styles from './inspector.module.css';

type SectionProps = {
  readonly title?: string;
  /** Beside the heading: what changes it. */
  readonly edit?: { readonly label: string; readonly run: () => void } | null;
  readonly children: ReactNode;
};

/** A stretch of the inspector under its own heading. */
export function Section({ title, edit = null, children }: SectionProps) {
  return (
    <section className={styles.section}>
      {title === undefined ? null : (
        <div className={styles.headingLine}>
          <h3 className={styles.heading}>{title}</h3>
          {edit === null ? null : (
            <IconButton small label={edit.label} icon={<Pencil size={14} aria-hidden />} onClick={edit.run} />
          )}
        </div>
      )}
      {children}
    </section>
  );
}

export function Facts({ items }: { readonly items: readonly (Description | null)[] }) {
  return <DescriptionList items={items.filter((item) => item !== null)} />;
}

/** Rounded; exact on hover. */
export function Size({ bytes }: { readonly bytes: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  return <bdi title={t('inspector.sizeExact', { count: bytes })}>{format.bytes(bytes)}</bdi>;
}

/** A moment that a server or file system may not tell. */
export function When({ ms }: { readonly ms: number | null }) {
  const { t } = useTranslation();
  return ms === null ? t('inspector.unknown') : <Time ms={ms} />;
}

/** On its way. */
export function Coming() {
  return <Skeleton widthPercent={70} />;
}

/** Breaks after slashes and the dots of names, in the middle of a word only where there are none. */
function Breakable({ text }: { readonly text: string }) {
  return text.split(/(?<=\/(?!\/)|\.(?=\p{L}))/u).map((part, index) => (
    // The parts have no other name.
    // oxlint-disable-next-line react/no-array-index-key
    <Fragment key={index}>
      {index === 0 ? null : <wbr />}
      {part}
    </Fragment>
  ));
}

/** A fact that people take elsewhere: shown as code, with a button that copies it. */
export function useCopyable(): (term: string, value: string, shown?: string) => Description {
  const { t } = useTranslation();
  return (term, value, shown = value) => ({
    term,
    value: (
      <code dir="ltr" className={styles.code}>
        <Breakable text={visibleText(shown)} />
      </code>
    ),
    action: <CopyButton text={value} label={t('inspector.copyOf', { what: term })} copiedLabel={t('common.copied')} />,
  });
}
