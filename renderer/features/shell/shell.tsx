import { type FocusEvent, type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { WindowLayout } from '../../../shared/domain/preferences.ts';
import { useChangePreferences } from '../../bridge/use-change-preferences.ts';
import { usePreferencesStore } from '../../stores/preferences-store.ts';
import { aboveTransfersPx, arrange, defaultTransfersPx, type SidePane, transfersRangePx } from './arrange.ts';
import { ListSidePanes } from './side-panes.tsx';
import { awaitPane, watchPaneFocus } from './pane-focus.ts';
import { PaneEdge } from './pane-edge.tsx';
import { closeOver, usePanesStore, watchOpenedPanes } from './panes-store.ts';
import styles from './shell.module.css';

type Props = {
  /** The heading of the window where the main area has none. */
  readonly title: string | null;
  readonly banner: ReactNode;
  /** The buttons that open and close panes, where the main area has no bar of its own to hold them. */
  readonly bar: ReactNode;
  /** Null: there are no panes yet, only the main area. */
  readonly panes: { readonly sidebar: ReactNode; readonly localPane: ReactNode; readonly inspector: ReactNode } | null;
  readonly main: ReactNode;
  readonly bottom: ReactNode;
};

/** Where things stand in the window. Sizes are remembered; what has no room beside the list is shown over it. */
export function Shell({ title, banner, bar, panes, main, bottom }: Props) {
  const { t } = useTranslation();
  const change = useChangePreferences();
  const layout = usePreferencesStore((state) => state.preferences.layout);
  const { over, size } = usePanesStore();
  const arrangement = arrange(layout, size, over);
  const rootRef = useRef<HTMLDivElement>(null);
  useEffect(watchPaneFocus, []);
  useFocusOfOver(over !== null && arrangement.places[over] === 'over' ? over : null);
  useEffect(watchOpenedPanes, []);

  const transfersByDefault = defaultTransfersPx(size.heightPx);
  const isOver = over !== null && arrangement.places[over] === 'over';
  // The menus and dialogs of a pane bubble through here too, and stand elsewhere in the document.
  const isInWindow = (target: EventTarget) => target instanceof Element && rootRef.current?.contains(target) === true;
  const closeOnLeave = ({ target }: FocusEvent) => {
    if (isOver && isInWindow(target) && !target.closest(`[data-pane="${over}"], [data-pane-toggle]`)) closeOver();
  };
  const closeOnEscape = (event: KeyboardEvent) => {
    if (isOver && event.key === 'Escape' && !event.defaultPrevented && isInWindow(event.target)) closeOver();
  };
  const bottomPx = layout.transfersOpen ? arrangement.transfersPx : undefined;
  useEffect(() => {
    // For what stands in no pane: news lie above the transfers.
    const { style } = document.documentElement;
    if (bottomPx === undefined) style.removeProperty('--bottom-bar');
    else style.setProperty('--bottom-bar', `${bottomPx}px`);
  }, [bottomPx]);
  const setLayout = (changed: Partial<WindowLayout>) => change({ layout: changed });
  return (
    // Keys and focus that bubble up from the panes.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={rootRef} className={styles.window} onFocus={closeOnLeave} onKeyDown={closeOnEscape}>
      <header className={styles.banner}>{banner}</header>
      <ListSidePanes panes={panes} arrangement={arrangement} setLayout={setLayout}>
        {title === null ? null : <h1 className="visually-hidden">{title}</h1>}
        {bar}
        <div className={styles.content}>{main}</div>
      </ListSidePanes>
      {bottom === null ? null : (
        <footer
          className={styles.bottom}
          data-pane="transfers"
          aria-label={t('shell.footerLabel')}
          data-open={layout.transfersOpen || undefined}
          style={layout.transfersOpen ? { height: arrangement.transfersPx } : undefined}
        >
          {layout.transfersOpen ? (
            <PaneEdge
              label={t('shell.resizeTransfers')}
              orientation="vertical"
              sized="second"
              px={arrangement.transfersPx}
              minPx={transfersRangePx.min}
              maxPx={size.heightPx - aboveTransfersPx}
              defaultPx={transfersByDefault}
              // Set back to what it is by itself, it follows the window again.
              onSize={(px) => setLayout({ transfersPx: px === transfersByDefault ? null : px })}
            />
          ) : null}
          {bottom}
        </footer>
      )}
    </div>
  );
}

/** A pane that opens over the list takes the focus, and the list has it again when it goes. */
function useFocusOfOver(over: SidePane | null) {
  const before = useRef<SidePane | null>(null);
  useEffect(() => {
    if (over !== null && over !== before.current) awaitPane(over);
    before.current = over;
  }, [over]);
}
