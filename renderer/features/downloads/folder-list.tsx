import { Folder } from 'lucide-react';
import { type KeyboardEvent, type Ref, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { handlerFor } from '../../shortcuts/use-shortcuts.ts';
import { rowForKey } from '../../ui/grid/grid-keys.ts';
import { findTyped, isTyping, nothingTyped, typedCharacter, typeOn } from '../../ui/grid/type-ahead.ts';
import styles from './downloads.module.css';
import type { HostEntry } from './host-folders.ts';

type Props = {
  readonly ref: Ref<HTMLDivElement>;
  /** The one that they are in. */
  readonly folder: string | undefined;
  readonly folders: readonly HostEntry[];
  /** Whether it says that there are none: below an error about another folder it would seem to be about that one. */
  readonly saysNone: boolean;
  /** The row to begin with, by its path: the folder that one has come up from. */
  readonly startPath: string | undefined;
  readonly onOpen: (path: string) => void;
  readonly onUp: () => void;
};

const rowPx = 26;

/**
 * The folders of one folder. One Tab stop: arrows and letters move among them, Enter opens, and the focus stays here while
 * one folder after the other is opened.
 */
export function FolderList({ ref, folder, folders, saysNone, startPath, onOpen, onUp }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const typed = useRef(nothingTyped);
  const [moved, setMoved] = useState<{ readonly folder: string | undefined; readonly to: number } | null>(null);
  const startAt = folders.findIndex(({ path }) => path === startPath);
  const active = moved?.folder === folder ? (moved?.to ?? 0) : Math.max(0, startAt);
  const rowId = (index: number) => `${id}-${index}`;
  const activeId = folders.length === 0 ? undefined : rowId(active);
  useEffect(() => {
    if (activeId !== undefined) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' });
  }, [activeId]);

  const goTo = (event: KeyboardEvent<HTMLDivElement>): number | null => {
    const { nativeEvent, timeStamp } = event;
    const character = typedCharacter(nativeEvent);
    if (character !== null && (character !== ' ' || isTyping(typed.current, timeStamp))) {
      typed.current = typeOn(typed.current, character, timeStamp);
      return findTyped(
        folders.map(({ name }) => name),
        active,
        typed.current.text,
      );
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return null;
    return rowForKey(event.key, active, folders.length, Math.floor(event.currentTarget.clientHeight / rowPx));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const entry = folders[active];
    const command = handlerFor({ up: onUp, open: entry && (() => onOpen(entry.path)) }, event.nativeEvent);
    const next = command ? null : goTo(event);
    if (!command && next === null) return;
    event.preventDefault();
    if (command) {
      typed.current = nothingTyped;
      command();
    } else if (next !== null) setMoved({ folder, to: next });
  };
  return (
    <div className={styles.folders}>
      <div
        ref={ref}
        role="listbox"
        tabIndex={0}
        className={styles.list}
        aria-label={t('download.hostFolders')}
        aria-activedescendant={activeId}
        onKeyDown={onKeyDown}
      >
        {folders.map((entry, index) => (
          // The focus and the keys are the list's.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            key={entry.path}
            id={rowId(index)}
            role="option"
            aria-selected={index === active}
            className={styles.folder}
            onClick={() => onOpen(entry.path)}
          >
            <Folder size={16} aria-hidden />
            <span>{visibleText(entry.name)}</span>
          </div>
        ))}
      </div>
      <p role="status" className={styles.none}>
        {saysNone && folder !== undefined && folders.length === 0 ? t('download.noFolders') : ''}
      </p>
    </div>
  );
}
