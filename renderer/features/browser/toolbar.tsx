import { Archive, ChevronDown, Download, FolderPlus, Link, RefreshCw, Trash2, Upload } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../../ui/button/button.tsx';
import { Menu } from '../../ui/menu/menu.tsx';
import type { BrowserActions } from './browser-actions.tsx';
import styles from './toolbar.module.css';

type Props = {
  readonly actions: BrowserActions;
  readonly inBucket: boolean;
  readonly filter: ReactNode;
};

const icon = { size: 16, 'aria-hidden': true } as const;

/** The actions of every day. They stay where they are: what does not apply now is disabled. */
export function Toolbar({ actions, inBucket, filter }: Props) {
  const { t } = useTranslation();
  const all = [...actions.selection, ...actions.place].flat();
  const find = (id: string) => all.find((one) => one.id === id);
  const given = (...ids: string[]) => ids.flatMap((id) => find(id) ?? []);
  const iconButton = (id: string, label: string, image: ReactNode) => {
    const action = find(id);
    return <IconButton label={label} icon={image} disabled={!action} onClick={() => action?.run()} />;
  };
  const button = (id: string, label: string, image: ReactNode) => {
    const action = find(id);
    return (
      <Button title={label} disabled={!action} onClick={() => action?.run()}>
        {image}
        <span className={inBucket ? styles.label : undefined}>{label}</span>
      </Button>
    );
  };
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t('browser.toolbar')}>
      {inBucket ? (
        <>
          <Menu
            trigger={
              <Button look="primary">
                <Upload {...icon} />
                {t('browser.upload')}
                <ChevronDown size={14} aria-hidden />
              </Button>
            }
            groups={[given('files', 'upFolder')]}
          />
          {button('download', t('browser.download'), <Download {...icon} />)}
          {button('folder', t('browser.newFolder'), <FolderPlus {...icon} />)}
          {iconButton('link', t('browser.copyLink'), <Link {...icon} />)}
        </>
      ) : (
        button('bucket', t('browser.newBucket'), <Archive {...icon} />)
      )}
      {iconButton('delete', t('browser.delete'), <Trash2 {...icon} />)}
      {iconButton('refresh', t('browser.refresh'), <RefreshCw {...icon} />)}
      <span className={styles.grow} />
      {filter}
    </div>
  );
}
