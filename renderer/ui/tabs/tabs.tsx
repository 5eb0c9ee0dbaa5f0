import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import styles from './tabs.module.css';

export type Tab<V extends string> = {
  readonly value: V;
  readonly label: string;
  /** Beside the label: a count, a dot. */
  readonly mark?: ReactNode;
  readonly disabled?: boolean;
  readonly content: ReactNode;
};

type Props<V extends string> = {
  readonly label: string;
  readonly tabs: readonly Tab<V>[];
  readonly value: V;
  readonly onValueChange: (value: V) => void;
};

/** Views of the same thing, one at a time. The arrow keys go from tab to tab and show it. */
export function Tabs<V extends string>({ label, tabs, value, onValueChange }: Props<V>) {
  return (
    <Base.Root value={value} onValueChange={(next: V) => onValueChange(next)} className={styles.root}>
      <Base.List className={styles.list} aria-label={label} activateOnFocus>
        {tabs.map((tab) => (
          <Base.Tab key={tab.value} value={tab.value} disabled={tab.disabled === true} className={styles.tab}>
            {tab.label}
            {tab.mark}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className={styles.panel}>
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
