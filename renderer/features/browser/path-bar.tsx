import { ArrowLeft, ArrowRight, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { goBack, goForward, goTo, useBrowserStore } from '../../stores/browser-store.ts';
import { parentOf, type Place, rootOf } from '../../stores/place.ts';
import { IconButton } from '../../ui/button/button.tsx';
import { AddressField } from './address-field.tsx';
import { CrumbTrail } from './crumb-trail.tsx';
import styles from './path-bar.module.css';

type Props = {
  readonly connection: ConnectionView;
  readonly place: Place;
  readonly editing: boolean;
  readonly onEditing: (editing: boolean) => void;
  /** What the window has at the ends of this bar. */
  readonly start?: ReactNode;
  readonly end?: ReactNode;
};

export function PathBar({ connection, place, editing, onEditing, start, end }: Props) {
  const { t } = useTranslation();
  const canBack = useBrowserStore((state) => state.back.length > 0);
  const canForward = useBrowserStore((state) => state.forward.length > 0);
  const above = parentOf(place, rootOf(connection));
  return (
    <div className={styles.pathBar}>
      {start}
      <IconButton
        label={t('browser.back')}
        icon={<ArrowLeft size={16} aria-hidden className={styles.turns} />}
        disabled={!canBack}
        onClick={() => useBrowserStore.setState(goBack)}
      />
      <IconButton
        label={t('browser.forward')}
        icon={<ArrowRight size={16} aria-hidden className={styles.turns} />}
        disabled={!canForward}
        onClick={() => useBrowserStore.setState(goForward)}
      />
      <IconButton
        label={t('browser.up')}
        icon={<ArrowUp size={16} aria-hidden />}
        disabled={above === null}
        onClick={() => above && useBrowserStore.setState((state) => goTo(state, above))}
      />
      {editing ? (
        <AddressField connection={connection} place={place} onClose={() => onEditing(false)} />
      ) : (
        <CrumbTrail connection={connection} place={place} onEdit={() => onEditing(true)} />
      )}
      {end}
    </div>
  );
}
