import { useRef } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { keysOn, type ShortcutId } from '../../shortcuts/shortcut-table.ts';
import { keyPlatform } from '../../shortcuts/use-shortcuts.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { Kbd } from '../../ui/kbd/kbd.tsx';
import styles from './command-palette.module.css';

const groups = {
  window: ['palette', 'shortcuts', 'sidebar', 'inspector', 'localPane', 'transfers', 'nextPane', 'previousPane'],
  go: ['back', 'forward', 'up', 'editPath', 'filter', 'refresh'],
  list: ['open', 'quickLook', 'rename', 'copy', 'cut', 'paste', 'delete', 'undo', 'selectAll', 'clear'],
} as const satisfies Record<string, readonly ShortcutId[]>;
const titles = { window: 'shortcuts.groupWindow', go: 'shortcuts.groupGo', list: 'shortcuts.groupList' } as const;

/** All keys of the window, from the table by which they are handled. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const closeRef = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      title={t('shortcuts.title')}
      wide
      initialFocus={closeRef}
      onClose={onClose}
      actions={
        <Button ref={closeRef} onClick={onClose}>
          {t('common.close')}
        </Button>
      }
    >
      {/* One Tab away, so that the arrow keys scroll it in a low window. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.scrolled} role="group" aria-label={t('shortcuts.title')} tabIndex={0}>
        <div className={styles.columns}>
          {(['window', 'go', 'list'] as const).map((group) => (
            <section key={group} className={styles.group}>
              <h3>{t(titles[group])}</h3>
              <dl>
                {groups[group].map((id) => (
                  <div key={id} className={styles.row}>
                    <dt>{t(`shortcuts.${id}`)}</dt>
                    <dd>
                      <ShortcutKeys id={id} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </Dialog>
  );
}

/** The first two ways to press it. */
function ShortcutKeys({ id }: { readonly id: ShortcutId }) {
  const [first = '', second] = keysOn(id, keyPlatform);
  if (second === undefined) return <Kbd keys={first} />;
  return (
    <Trans i18nKey="shortcuts.either" components={{ first: <Kbd keys={first} />, second: <Kbd keys={second} /> }} />
  );
}
