import { ChevronRight, Ellipsis } from 'lucide-react';
import { Fragment, type MouseEvent, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { goTo, useBrowserStore } from '../../stores/browser-store.ts';
import { type Crumb, crumbsOf, type Place, placeKey, rootOf } from '../../stores/place.ts';
import { IconButton } from '../../ui/button/button.tsx';
import { Menu } from '../../ui/menu/menu.tsx';
import { foldCrumbs } from './crumbs.ts';
import styles from './path-bar.module.css';

type Props = { readonly connection: ConnectionView; readonly place: Place; readonly onEdit: () => void };

const gapPx = 12;
const menuPx = 40;
const go = (place: Place) => useBrowserStore.setState((state) => goTo(state, place));

/** The way to the place. What does not fit goes to a menu; a click beside the names makes it text. */
export function CrumbTrail({ connection, place, onEdit }: Props) {
  const { t } = useTranslation();
  const root = rootOf(connection);
  const crumbs = [
    { name: connection.name, place: root },
    // The root of a restricted connection stands for its bucket and path already.
    ...crumbsOf(place, root).filter((crumb) => root.bucket === null || crumb.place.prefix !== root.prefix),
  ];
  const { navRef, measureRef, folded } = useFolded(crumbs.map((crumb) => crumb.name).join('/'));
  const nameOf = (crumb: Crumb) => (crumb.name === '' ? t('common.noName') : visibleText(crumb.name));
  const hidden = crumbs.slice(1, 1 + folded);
  const shown = crumbs.filter((_, index) => index === 0 || index > folded);
  const edit = (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('button, [role="menu"]') === null) onEdit();
  };
  return (
    // Beside the crumbs; the action "Go to address" and its key do the same for everyone who has no mouse.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <nav ref={navRef} aria-label={t('browser.path')} className={styles.crumbs} onClick={edit}>
      <ol ref={measureRef} className={styles.measure} aria-hidden inert>
        {crumbs.map((crumb) => (
          <li key={placeKey(crumb.place)}>
            <span className={styles.crumb}>{nameOf(crumb)}</span>
          </li>
        ))}
      </ol>
      <ol>
        {shown.map((crumb, index) => (
          <Fragment key={placeKey(crumb.place)}>
            {index > 0 ? <Gap /> : null}
            {index === 1 && hidden.length > 0 ? (
              <>
                <li>
                  <Menu
                    trigger={
                      <IconButton
                        small
                        label={t('browser.moreCrumbs', { count: hidden.length })}
                        icon={<Ellipsis size={16} aria-hidden />}
                      />
                    }
                    groups={[
                      hidden.map((one) => ({
                        id: placeKey(one.place),
                        label: nameOf(one),
                        run: () => go(one.place),
                      })),
                    ]}
                  />
                </li>
                <Gap />
              </>
            ) : null}
            <li>
              <button
                type="button"
                className={styles.crumb}
                dir="auto"
                aria-current={crumb === crumbs.at(-1) ? 'page' : undefined}
                title={nameOf(crumb)}
                onClick={() => go(crumb.place)}
              >
                {nameOf(crumb)}
              </button>
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}

function Gap() {
  return (
    <li aria-hidden className={styles.crumbGap}>
      <ChevronRight size={12} className={styles.turns} />
    </li>
  );
}

/** How many crumbs after the first do not fit; measured again when the names or the width change. */
function useFolded(names: string) {
  const navRef = useRef<HTMLElement>(null);
  const measureRef = useRef<HTMLOListElement>(null);
  const [folded, setFolded] = useState(0);
  useLayoutEffect(() => {
    const nav = navRef.current;
    const measured = measureRef.current;
    if (!nav || !measured || names === '') return;
    const fold = () => {
      const widths = [...measured.children].map((child) => child.getBoundingClientRect().width);
      // Room beside the names stays free for the click that makes them text.
      setFolded(foldCrumbs(widths, nav.clientWidth - 24, gapPx, menuPx));
    };
    fold();
    const observer = new ResizeObserver(fold);
    observer.observe(nav);
    return () => observer.disconnect();
  }, [names]);
  return { navRef, measureRef, folded };
}
