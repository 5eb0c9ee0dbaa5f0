import { Buttons } from './buttons.tsx';
import { Choices } from './choices.tsx';
import { Feedback } from './feedback.tsx';
import { Fields } from './fields.tsx';
import styles from './gallery.module.css';
import { Lists } from './lists.tsx';
import { Overlays } from './overlays.tsx';
import { Panes } from './panes.tsx';
import { useSay } from './say.ts';
import { Words } from './words.tsx';

export function Gallery() {
  const say = useSay();
  return (
    <div className={styles.page}>
      <header className={styles.bar}>
        <h1 className={styles.heading}>{say('Primitives')}</h1>
        <Switches name="theme" values={['system', 'light', 'dark']} />
        <Switches name="locale" values={['en', 'pseudo', 'rtl']} />
      </header>
      {/* What scrolls is reached by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <main className={styles.sections} tabIndex={0}>
        <Buttons />
        <Fields />
        <Choices />
        <Overlays />
        <Feedback />
        <Panes />
        <Lists />
        <Words />
      </main>
    </div>
  );
}

/** Links to the same page with another value: a theme and a language are there from the first paint on. */
function Switches({ name, values }: { readonly name: string; readonly values: readonly string[] }) {
  const now = new URLSearchParams(window.location.search);
  const current = now.get(name) ?? values[0];
  return (
    <nav className={styles.links} aria-label={name}>
      {values.map((value) => {
        const query = new URLSearchParams(now);
        query.set(name, value);
        return (
          <a key={value} href={`?${query}`} aria-current={value === current ? 'true' : undefined}>
            {value}
          </a>
        );
      })}
    </nav>
  );
}
