import { ArrowUp, ChevronRight, Ellipsis, House, PencilLine } from 'lucide-react';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { visibleText } from '../../../shared/words/visible-text.ts';
import type { AppInfo } from '../../stores/app-info.ts';
import { IconButton } from '../../ui/button/button.tsx';
import { focusWhenShown } from '../../ui/focus-when-shown.ts';
import { Menu } from '../../ui/menu/menu.tsx';
import { foldCrumbs, hostCrumbs, hostParent, readHostPath } from './host-path.ts';
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
          <Crumbs folder={folder} info={info} onGo={onGo} onEdit={() => setEditing(true)} />
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

function Crumbs({ folder, info, onGo, onEdit }: Props & { readonly onEdit: () => void }) {
  const { t } = useTranslation();
  const { first, folded, last } = foldCrumbs(hostCrumbs(folder, info.pathSeparator));
  const gap = (
    <li aria-hidden className={styles.gap}>
      <ChevronRight size={12} className={styles.turns} />
    </li>
  );
  const crumb = ({ name, path }: { readonly name: string; readonly path: string }, isLast: boolean) => (
    <li>
      <button
        type="button"
        className={styles.crumb}
        title={visibleText(name)}
        aria-current={isLast ? 'page' : undefined}
        onClick={() => onGo(path)}
      >
        {visibleText(name)}
      </button>
    </li>
  );
  return (
    // The button beside it does the same for everyone who has no mouse.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <nav
      aria-label={t('localPane.path')}
      className={styles.crumbs}
      onClick={(event) => event.target === event.currentTarget && onEdit()}
    >
      <ol>
        {first ? (
          <>
            {crumb(first, false)}
            {gap}
            <li>
              <Menu
                trigger={<IconButton small label={t('localPane.folded')} icon={<Ellipsis size={14} aria-hidden />} />}
                groups={[
                  folded.map(({ name, path }) => ({ id: path, label: visibleText(name), run: () => onGo(path) })),
                ]}
              />
            </li>
            {gap}
          </>
        ) : null}
        {last.map((one, index) => (
          <Fragment key={one.path}>
            {index > 0 ? gap : null}
            {crumb(one, index === last.length - 1)}
          </Fragment>
        ))}
      </ol>
    </nav>
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
