import { Kbd } from '../kbd/kbd.tsx';
import styles from './combobox.module.css';
import type { ComboboxOption } from './options.ts';

/** What stands in the row of an option. */
export function OptionRow({ option }: { readonly option: ComboboxOption }) {
  return (
    <>
      {option.icon}
      <span className={styles.label} title={option.label}>
        {option.label}
      </span>
      {option.hint === undefined ? null : <span className={styles.hint}>{option.hint}</span>}
      {option.keys === undefined ? null : (
        <span className={styles.keys} aria-hidden>
          <Kbd keys={option.keys} />
        </span>
      )}
    </>
  );
}
