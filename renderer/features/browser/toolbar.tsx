import { ChevronDown, Search, Upload } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ListingView } from '../../../shared/domain/listing.ts';
import { Button, IconButton } from '../../ui/button/button.tsx';
import { Menu, type MenuAction, type MenuGroups } from '../../ui/menu/menu.tsx';
import styles from './browser.module.css';

type Props = {
  readonly groups: MenuGroups;
  readonly inBucket: boolean;
  readonly view: ListingView;
  readonly onView: (view: ListingView) => void;
};

export function Toolbar({ groups, inBucket, view, onView }: Props) {
  const { t } = useTranslation();
  const action = (id: string) => groups.flat().find((one) => one.id === id);
  const pick = (...ids: string[]) => ids.map(action).filter((one): one is MenuAction => one !== undefined);
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t('browser.toolbar')}>
      {inBucket ? (
        <Menu
          trigger={
            <Button look="primary">
              <Upload size={16} aria-hidden />
              {t('browser.upload')}
              <ChevronDown size={14} aria-hidden />
            </Button>
          }
          groups={[pick('files', 'upFolder')]}
        />
      ) : null}
      {pick('download', 'bucket', 'folder').map((one) => (
        <Button key={one.id} disabled={one.disabled === true} onClick={one.run}>
          {one.icon}
          {one.label}
        </Button>
      ))}
      {pick('link', 'delete', 'refresh').map((one) => (
        <IconButton key={one.id} label={one.label} icon={one.icon} disabled={one.disabled === true} onClick={one.run} />
      ))}
      <span className={styles.grow} />
      <div className={styles.filter}>
        <Search size={14} aria-hidden />
        <input
          type="search"
          aria-label={t('browser.filter')}
          placeholder={t('browser.filter')}
          value={view.filter}
          spellCheck={false}
          onChange={(event) => onView({ ...view, filter: event.target.value })}
        />
      </div>
    </div>
  );
}
