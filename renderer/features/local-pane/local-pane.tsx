import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangePreferences } from '../../bridge/use-change-preferences.ts';
import { useAppInfo } from '../../stores/app-info.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { usePreferencesStore } from '../../stores/preferences-store.ts';
import { HostPathBar } from './host-path-bar.tsx';
import { LocalFolder } from './local-folder.tsx';
import styles from './local-pane.module.css';

const hiddenKey = 'brigade.localPaneHidden';

/** The files of the engine's machine beside the list. `target`: where they are uploaded to; null outside a bucket. */
export function LocalPane({ target }: { readonly target: BucketPlace | null }) {
  const { t } = useTranslation();
  const change = useChangePreferences();
  const info = useAppInfo((state) => state.info);
  const saved = usePreferencesStore((state) => state.preferences.layout.localPaneFolder);
  const [hidden, setHidden] = useState(() => localStorage.getItem(hiddenKey) === 'true');
  const go = useCallback((folder: string) => change({ layout: { localPaneFolder: folder } }), [change]);
  if (!info) return null;
  const folder = saved === '' ? info.homeFolder : saved;
  return (
    <section className={styles.pane} aria-label={t('localPane.label')}>
      <HostPathBar folder={folder} info={info} onGo={go} />
      <LocalFolder
        // Another folder is another list.
        key={`${folder} ${hidden}`}
        folder={folder}
        info={info}
        target={target}
        hidden={hidden}
        onHidden={(next) => {
          localStorage.setItem(hiddenKey, String(next));
          setHidden(next);
        }}
        onGo={go}
      />
    </section>
  );
}
