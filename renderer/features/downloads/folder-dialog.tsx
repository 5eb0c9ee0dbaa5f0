import { CornerLeftUp, Folder, FolderPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppInfo } from '../../stores/app-info.ts';
import { Button } from '../../ui/button/button.tsx';
import { ActionsStart, Dialog } from '../../ui/dialog/dialog.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { focusWhenShown } from '../../ui/focus-when-shown.ts';
import { AppErrorView } from '../../words/error-words.tsx';
import styles from './downloads.module.css';
import { useHostFolder } from './use-host-folder.ts';

type Props = {
  readonly title: string;
  readonly start: string;
  readonly info: AppInfo;
  /** For one object: its address for the browser's own download. */
  readonly browserLink: string | null;
  readonly onPick: (folder: string) => void;
  readonly onClose: () => void;
};

/** Picks a folder on the engine's machine, where a browser's own dialog cannot look. */
export function FolderDialog({ title, start, info, browserLink, onPick, onClose }: Props) {
  const { t } = useTranslation();
  const { listing, error, open: go, create } = useHostFolder(start, info.homeFolder);
  /** What is typed; null while it is the folder that is listed. */
  const [typed, setTyped] = useState<string | null>(null);
  const [newName, setNewName] = useState<string | null>(null);
  const folder = listing?.folder;
  const path = typed ?? folder ?? start;
  /** What was typed stays until its folder is open: a second Enter must not pick another one. */
  const open = async (next: string) => {
    const found = await go(next);
    if (found !== null) setTyped(null);
    return found;
  };

  /** A folder that was typed must be there. */
  const pick = () => {
    if (path === folder) onPick(path);
    else void go(path).then((found) => found !== null && onPick(found));
  };
  const submit = () => {
    if (newName !== null) {
      if (newName !== '' && folder !== undefined) void create(folder, newName).then(() => setNewName(null));
    } else if (path !== folder) void open(path);
    else pick();
  };
  const folders = listing?.entries.filter((entry) => entry.isFolder) ?? [];
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
          <Button look="primary" disabled={path === ''} onClick={pick}>
            {t('download.here')}
          </Button>
        </>
      }
    >
      <div className={styles.bar}>
        <TextField label={t('download.intoFolder')} value={path} onValueChange={setTyped} />
        {path === folder ? null : <Button type="submit">{t('download.go')}</Button>}
      </div>
      <div className={styles.short}>
        <Button small disabled={!listing?.parent} onClick={() => listing?.parent && void open(listing.parent)}>
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
      {error ? <AppErrorView error={error} /> : null}
      <ul className={styles.folders} aria-label={t('download.hostFolders')}>
        {folders.map((entry) => (
          <li key={entry.path}>
            <button type="button" className={styles.folder} onClick={() => void open(entry.path)}>
              <Folder size={16} aria-hidden />
              <span>{entry.name}</span>
            </button>
          </li>
        ))}
        {listing && folders.length === 0 ? <li className={styles.none}>{t('download.noFolders')}</li> : null}
      </ul>
    </Dialog>
  );
}
