import { Search, X } from 'lucide-react';
import { type KeyboardEvent, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/button/button.tsx';
import styles from './toolbar.module.css';

type Props = {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly onLeave: () => void;
  readonly ref: Ref<HTMLInputElement>;
};

/** Shows only rows with the text in their names, while it is typed. Escape empties it, and leaves when it is empty. */
export function FilterField({ value, onValue, onLeave, ref }: Props) {
  const { t } = useTranslation();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape' && value !== '') onValue('');
    else if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown') onLeave();
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles.filter} data-on={value === '' ? undefined : ''}>
      <Search size={14} aria-hidden />
      <input
        ref={ref}
        type="search"
        aria-label={t('browser.filter')}
        placeholder={t('browser.filter')}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onValue(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {value === '' ? null : (
        <IconButton
          small
          label={t('browser.emptyFilter')}
          icon={<X size={14} aria-hidden />}
          onClick={() => {
            onValue('');
            onLeave();
          }}
        />
      )}
    </div>
  );
}
