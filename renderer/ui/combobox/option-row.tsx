import { classNames } from '../class-names.ts';
import { Kbd } from '../kbd/kbd.tsx';
import popup from '../popup/popup.module.css';
import styles from './combobox.module.css';
import type { ComboboxOption } from './options.ts';

/** What stands in the row of an option. */
export function OptionRow({ option }: { readonly option: ComboboxOption }) {
  return (
    <>
      {option.icon}
      <span className={styles.label} title={option.label}>
        {option.content ?? option.label}
      </span>
      {option.hint === undefined ? null : (
        <span className={classNames(styles.hint, popup.soft)} title={option.hint}>
          {option.hint}
        </span>
      )}
      {option.keys === undefined ? null : (
        <span className={styles.keys} aria-hidden>
          <Kbd keys={option.keys} />
        </span>
      )}
    </>
  );
}
