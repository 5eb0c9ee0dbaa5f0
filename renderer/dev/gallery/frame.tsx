import { type ReactNode, useEffect, useRef } from 'react';
import styles from './gallery.module.css';
import { useSay } from './say.ts';

export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const say = useSay();
  return (
    <section className={styles.section} aria-label={say(title)}>
      <h2 className={styles.title}>{say(title)}</h2>
      <div className={styles.cases}>{children}</div>
    </section>
  );
}

type CaseProps = { readonly name: string; readonly wide?: boolean; readonly children: ReactNode };

/** One state of a primitive with its name. */
export function Case({ name, wide = false, children }: CaseProps) {
  const say = useSay();
  return (
    <div className={wide ? styles.wideCase : styles.case}>
      <h3 className={styles.name}>{say(name)}</h3>
      <div className={styles.content}>{children}</div>
    </div>
  );
}

/** Shows what is in it as if the pointer or the focus were there. */
export function Shown({
  state,
  children,
}: {
  readonly state: 'hover' | 'active' | 'focus';
  readonly children: ReactNode;
}) {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const control = holder.current?.querySelector(
      'button, input, textarea, [role="combobox"], [role="separator"], [role="treeitem"]',
    );
    control?.classList.add(`shown-${state}`);
    if (state === 'hover') control?.closest('label')?.classList.add('shown-hover');
  }, [state]);
  return (
    <div ref={holder} className={styles.holder}>
      {children}
    </div>
  );
}
