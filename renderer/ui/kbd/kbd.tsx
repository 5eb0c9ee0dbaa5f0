import { useContext } from 'react';
import { KeyNamesContext, keyTexts, onMac, type Keys } from './keys.ts';
import styles from './kbd.module.css';

type Props = {
  readonly keys: Keys;
  /** In a menu: text without caps around the keys. */
  readonly plain?: boolean;
};

/** Keys as they are written on this machine: ⇧⌘C on a Mac, Ctrl+Shift+C elsewhere. */
export function Kbd({ keys, plain = false }: Props) {
  const texts = keyTexts(keys, useContext(KeyNamesContext));
  if (plain) return <kbd className={styles.plain}>{texts.join(onMac ? '' : '+')}</kbd>;
  return (
    <kbd className={styles.keys}>
      {texts.map((text) => (
        <kbd key={text} className={styles.cap}>
          {text}
        </kbd>
      ))}
    </kbd>
  );
}
