import { ChevronRight, Ellipsis } from 'lucide-react';
import { Fragment, type MouseEvent, useLayoutEffect, useRef, useState } from 'react';
import { IconButton } from '../button/button.tsx';
import { Menu } from '../menu/menu.tsx';
import { foldCrumbs } from './fold-crumbs.ts';
import styles from './crumbs.module.css';

export type Crumb = {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
};

type Props = {
  readonly label: string;
  /** From the outermost to where one is. */
  readonly crumbs: readonly Crumb[];
  /** The name of the menu with those that do not fit. */
  readonly foldedLabel: (count: number) => string;
  /** A click beside the names; whoever has no mouse needs another way to the same. */
  readonly onEdit: () => void;
};

type Folded = ReturnType<typeof foldCrumbs>;

const gapPx = 12;
const menuPx = 40;

/** The way to a place. What does not fit goes to a menu; a click beside the names is the caller's. */
export function Crumbs({ label, crumbs, foldedLabel, onEdit }: Props) {
  const { navRef, measureRef, folded } = useFolded(crumbs.map((crumb) => crumb.label).join('/'));
  const hidden = crumbs.slice(folded.from, folded.to);
  const edit = (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('button, [role="menu"]') === null) onEdit();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <nav ref={navRef} aria-label={label} className={styles.crumbs} onClick={edit}>
      <ol ref={measureRef} className={styles.measure} aria-hidden inert>
        {crumbs.map((crumb) => (
          <li key={crumb.id}>
            <span className={styles.crumb}>{crumb.label}</span>
          </li>
        ))}
      </ol>
      <ol>
        {crumbs.map((crumb, index) => (
          <Fragment key={crumb.id}>
            {index > 0 && (index <= folded.from || index >= folded.to) ? <Gap /> : null}
            {index === folded.from && hidden.length > 0 ? (
              <li>
                <Menu
                  trigger={
                    <IconButton small label={foldedLabel(hidden.length)} icon={<Ellipsis size={16} aria-hidden />} />
                  }
                  groups={[[...hidden]]}
                />
              </li>
            ) : null}
            {hidden.includes(crumb) ? null : (
              <li>
                <button
                  type="button"
                  className={styles.crumb}
                  // A name, which may be cut off: the whole of it is in the title.
                  data-name
                  dir="auto"
                  aria-current={crumb === crumbs.at(-1) ? 'page' : undefined}
                  title={crumb.label}
                  onClick={crumb.run}
                >
                  {crumb.label}
                </button>
              </li>
            )}
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}

function Gap() {
  return (
    <li aria-hidden className={styles.gap}>
      <ChevronRight size={12} />
    </li>
  );
}

/** Which crumbs do not fit; measured again when the names or the width change. */
function useFolded(names: string) {
  const navRef = useRef<HTMLElement>(null);
  const measureRef = useRef<HTMLOListElement>(null);
  const [folded, setFolded] = useState<Folded>({ from: 0, to: 0 });
  useLayoutEffect(() => {
    const nav = navRef.current;
    const measured = measureRef.current;
    if (!nav || !measured || names === '') return;
    const fold = () => {
      const widths = [...measured.children].map((child) => child.getBoundingClientRect().width);
      // Room beside the names stays free for the click that makes them text.
      const next = foldCrumbs(widths, nav.clientWidth - 24, gapPx, menuPx);
      setFolded((before) => (before.from === next.from && before.to === next.to ? before : next));
    };
    fold();
    const observer = new ResizeObserver(fold);
    observer.observe(nav);
    return () => observer.disconnect();
  }, [names]);
  return { navRef, measureRef, folded };
}
