import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RowIcon } from '../../listing/row-name.tsx';
import type { BucketPlace } from '../../stores/place.ts';
import styles from './list.module.css';
import { type NameProblem, problemOfName, type Renamable, stemLength } from './rename.ts';

type Props = {
  readonly place: BucketPlace;
  readonly row: Renamable;
  readonly isTaken: (name: string) => Promise<boolean>;
  readonly onRename: (name: string) => void;
  readonly onClose: () => void;
};

const words = {
  empty: 'browser.nameEmpty',
  slash: 'browser.nameSlash',
  tooLong: 'browser.nameTooLong',
  taken: 'browser.nameTaken',
} as const satisfies Record<NameProblem, string>;

/** The name of a row while it is being changed: Enter takes it, Escape and leaving it as it was do not. */
export function RenameField({ place, row, isTaken, onRename, onClose }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState(row.name);
  const [problem, setProblem] = useState<NameProblem | null>(null);
  const inputRef = useRef<HTMLInputElement>(null);
  const busy = useRef(false);
  /** The field loses the focus once more as it goes away. */
  const ended = useRef(false);
  const problemId = useId();

  useEffect(() => {
    inputRef.current?.focus();
    inputRef.current?.setSelectionRange(0, stemLength(row));
  }, [row]);

  const end = (then: () => void) => {
    ended.current = true;
    then();
  };
  const submit = async (leaving: boolean) => {
    if (busy.current || ended.current) return;
    if (name === row.name) return end(onClose);
    busy.current = true;
    const found = problemOfName(place, row, name) ?? ((await isTaken(name)) ? 'taken' : null);
    busy.current = false;
    if (ended.current) return;
    if (found === null) return end(() => onRename(name));
    if (leaving) return end(onClose);
    setProblem(found);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') void submit(false);
    else if (event.key === 'Escape') end(onClose);
    else if (event.key !== 'Tab') return;
    event.preventDefault();
  };
  return (
    <span className={styles.rename}>
      <RowIcon row={row} />
      <input
        ref={inputRef}
        aria-label={t('browser.renameLabel', { name: row.name })}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        value={name}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setName(event.target.value);
          setProblem(null);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => void submit(true)}
      />
      {problem === null ? null : (
        <span id={problemId} role="alert" className={styles.renameProblem}>
          {t(words[problem])}
        </span>
      )}
    </span>
  );
}
