import { Dialog as Base } from '@base-ui/react/dialog';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActionStore } from '../../stores/action-store.ts';
import { Combobox } from '../../ui/combobox/combobox.tsx';
import type { MenuAction } from '../../ui/menu/menu.tsx';
import styles from './command-palette.module.css';
import { MarkedLabel } from './marked-label.tsx';
import { paletteGroups, withRecent } from './palette-groups.ts';
import { takeTyped } from './typed-ahead.ts';
import { readRecent, writeRecent } from './recent-actions.ts';

type Props = {
  /** What else the text may mean: places to go to. */
  readonly answer: (query: string) => readonly MenuAction[];
  readonly onClose: () => void;
};

/** Every action that can be done now, found by typing. Done once the palette is gone and has given the focus back. */
export function CommandPalette({ answer, onClose }: Props) {
  const { t } = useTranslation();
  const sources = useActionStore((state) => state.sources);
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState(true);
  const [recent] = useState(readRecent);
  const chosen = useRef<MenuAction | null>(null);
  const answers = useMemo(() => answer(query), [answer, query]);
  const groups = useMemo(
    () => paletteGroups({ sources, query, recent, recentTitle: t('palette.recent') }),
    [sources, query, recent, t],
  );
  const actions = new Map([
    ...answers.map((action): [string, MenuAction] => [action.id, action]),
    ...groups.flatMap((group) => group.items.map(({ id, action }): [string, MenuAction] => [id, action])),
  ]);
  const options = [
    {
      label: t('palette.groupGo'),
      items: answers.map((action) => ({ value: action.id, label: action.label, icon: action.icon })),
    },
    ...groups.map(({ id, title, items }) => ({
      label: title,
      items: items.map(({ id: value, action, group, found }) => ({
        value,
        label: action.label,
        content: <MarkedLabel text={action.label} found={found} />,
        icon: action.icon ?? <span className={styles.noIcon} />,
        keys: action.keys,
        hint: id === 'recent' ? group : undefined,
      })),
    })),
  ].filter(({ items }) => items.length > 0);

  return (
    <Base.Root
      open={open}
      onOpenChange={setOpen}
      onOpenChangeComplete={(isOpen) => {
        if (isOpen) return;
        takeTyped();
        onClose();
        chosen.current?.run();
      }}
    >
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup
          className={styles.popup}
          aria-label={t('palette.label')}
          onFocus={(event) => {
            if (!(event.target instanceof HTMLInputElement)) return;
            const more = takeTyped();
            setQuery((text) => text + more);
          }}
        >
          <Combobox
            label={t('palette.label')}
            placeholder={t('palette.placeholder')}
            query={query}
            onQueryChange={setQuery}
            groups={options}
            answered
            emptyText={t('palette.none')}
            onChoose={({ value }) => {
              chosen.current = actions.get(value) ?? null;
              if (!answers.some((action) => action.id === value)) writeRecent(withRecent(recent, value));
              setOpen(false);
            }}
          />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
