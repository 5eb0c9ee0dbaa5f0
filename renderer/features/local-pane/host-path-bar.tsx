import { ArrowUp, House, PencilLine } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { visibleText } from '../../../shared/words/visible-text.ts';
import type { AppInfo } from '../../stores/app-info.ts';
import { IconButton } from '../../ui/button/button.tsx';
import { Crumbs } from '../../ui/crumbs/crumbs.tsx';
import { focusWhenShown } from '../../ui/focus-when-shown.ts';
import { hostCrumbs, hostParent, readHostPath } from '../../listing/host-path.ts';
import styles from './local-pane.module.css';

type Props = { readonly folder: string; readonly info: AppInfo; readonly onGo: (folder: string) => void };

/** Up, home and the path, as crumbs or as text. */
export function HostPathBar({ folder, info, onGo }: Props) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const parent = hostParent(folder, info.pathSeparator);
  return (
    <div className={styles.bar}>
      <IconButton
        label={t('localPane.up')}
        icon={<ArrowUp size={16} aria-hidden />}
        disabled={parent === null}
        onClick={() => parent !== null && onGo(parent)}
      />
      <IconButton
        label={t('localPane.home')}
        icon={<House size={16} aria-hidden />}
        disabled={folder === info.homeFolder}
        onClick={() => onGo(info.homeFolder)}
      />
      {editing ? (
        <PathField folder={folder} info={info} onGo={onGo} onClose={() => setEditing(false)} />
      ) : (
        <>
          <Crumbs
            label={t('localPane.path')}
            crumbs={hostCrumbs(folder, info.pathSeparator).map(({ name, path }) => ({
              id: path,
              label: visibleText(name),
              run: () => onGo(path),
            }))}
            foldedLabel={(count) => t('localPane.folded', { count })}
            onEdit={() => setEditing(true)}
          />
          <IconButton
            label={t('localPane.editPath')}
            icon={<PencilLine size={14} aria-hidden />}
            onClick={() => setEditing(true)}
          />
        </>
      )}
    </div>
  );
}

function PathField({ folder, info, onGo, onClose }: Props & { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(folder);
  return (
    <form
      className={styles.address}
      onSubmit={(event) => {
        event.preventDefault();
        const next = readHostPath(text, folder, info.homeFolder, info.pathSeparator);
        if (next !== '') onGo(next);
        onClose();
      }}
    >
      <input
        ref={focusWhenShown}
        aria-label={t('localPane.address')}
        dir="ltr"
        value={text}
        spellCheck={false}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onClose();
        }}
        onBlur={onClose}
      />
    </form>
  );
}
