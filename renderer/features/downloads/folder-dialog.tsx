import { CornerLeftUp, FolderPlus } from 'lucide-react';
import { useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppInfo } from '../../stores/app-info.ts';
import { Button } from '../../ui/button/button.tsx';
import { ActionsStart, Dialog } from '../../ui/dialog/dialog.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { focusWhenShown } from '../../ui/focus-when-shown.ts';
import { AppErrorView } from '../../words/error-words.tsx';
import styles from './downloads.module.css';
import { readHostPath } from '../../listing/host-path.ts';
import { FolderList } from './folder-list.tsx';
import { missingFolder, shownFolders } from './host-folders.ts';
import { useHostFolder } from './use-host-folder.ts';

type Props = {
  readonly title: string;
  readonly start: string;
  readonly info: AppInfo;
  /** For one object: its address for the browser's own download. */
  readonly browserLink: string | null;
  /** What the button says that takes the folder; left out: that it is downloaded there. */
  readonly pickLabel?: string;
  readonly onPick: (folder: string) => void;
  readonly onClose: () => void;
};

/** Picks a folder on the engine's machine, where a browser's own dialog cannot look. */
export function FolderDialog({ title, start, info, browserLink, pickLabel, onPick, onClose }: Props) {
  const { t } = useTranslation();
  const { listing, failure, forgive, open: go, create, createMissing } = useHostFolder(start, info);
  /** What is typed; null while it is the folder that is listed, or that could not be. */
  const [typed, setTyped] = useState<string | null>(null);
  const [newName, setNewName] = useState<string | null>(null);
  const [leftFolder, setLeftFolder] = useState<string | undefined>(undefined);
  const listRef = useRef<HTMLDivElement>(null);
  const folder = listing?.folder;
  const parent = listing?.parent ?? null;
  const missing = failure && missingFolder(failure.error, info.pathSeparator);
  const path = typed ?? failure?.folder ?? folder ?? start;
  /** What was typed stays until its folder is open: a second Enter must not pick another one. */
  const shown = async (found: Promise<string | null>) => {
    const isOpen = (await found) !== null;
    if (isOpen) setTyped(null);
    return isOpen;
  };
  const goTo = (text: string) => go(readHostPath(text, folder ?? start, info.homeFolder, info.pathSeparator));
  const open = (next: string) => shown(goTo(next));
  const goUp = () => {
    if (parent === null) return;
    setLeftFolder(folder);
    void open(parent);
  };

  const type = (text: string) => {
    setTyped(text);
    forgive();
  };
  /** A folder that was typed must be there. */
  const pick = () => {
    if (path === folder) onPick(path);
    else void goTo(path).then((found) => found !== null && onPick(found));
  };
  const submit = () => {
    if (newName !== null) {
      if (newName !== '' && folder !== undefined)
        void shown(create(folder, newName)).then((isOpen) => isOpen && setNewName(null));
    } else if (path !== folder) void open(path);
    else pick();
  };
  // A button that had the focus may have gone with the folder that was left; in the same moment, ahead of the dialog's frame.
  useLayoutEffect(() => {
    if (folder !== undefined && document.activeElement?.matches('body, :disabled')) listRef.current?.focus();
  });
  return (
    <Dialog
      title={title}
      wide
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          {browserLink === null ? null : (
            <ActionsStart>
              <a href={browserLink} download className={styles.browserLink} onClick={() => setTimeout(onClose)}>
                {t('download.throughBrowser')}
              </a>
            </ActionsStart>
          )}
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" disabled={path === '' || missing !== null} onClick={pick}>
            {pickLabel ?? t('download.here')}
          </Button>
        </>
      }
    >
      <div className={styles.bar}>
        <TextField label={t('download.intoFolder')} value={path} onValueChange={type} />
        {path === folder ? null : <Button type="submit">{t('download.go')}</Button>}
      </div>
      <div className={styles.short}>
        <Button small disabled={parent === null} onClick={goUp}>
          <CornerLeftUp size={14} aria-hidden />
          {t('download.up')}
        </Button>
        <Button small onClick={() => void open(info.homeFolder)}>
          {t('download.home')}
        </Button>
        <Button small onClick={() => void open(info.downloadsFolder)}>
          {t('download.downloads')}
        </Button>
        <Button small onClick={() => setNewName('')} disabled={newName !== null}>
          <FolderPlus size={14} aria-hidden />
          {t('download.newFolder')}
        </Button>
      </div>
      {newName === null ? null : (
        <div className={styles.bar}>
          <TextField
            label={t('download.newFolderName')}
            value={newName}
            onValueChange={setNewName}
            ref={focusWhenShown}
          />
          <Button type="submit">{t('download.create')}</Button>
        </div>
      )}
      {failure ? (
        <AppErrorView
          error={failure.error}
          actions={
            missing === null ? undefined : (
              <Button small onClick={() => void shown(createMissing(missing))}>
                {t('download.createMissing')}
              </Button>
            )
          }
        />
      ) : null}
      <FolderList
        ref={listRef}
        folder={folder}
        saysNone={failure === null}
        folders={listing ? shownFolders(listing, info.pathSeparator) : []}
        startPath={leftFolder}
        onOpen={(next) => void open(next)}
        onUp={goUp}
      />
    </Dialog>
  );
}
