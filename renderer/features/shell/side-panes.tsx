import { X } from 'lucide-react';
import { type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { defaultPreferences, type WindowLayout } from '../../../shared/domain/preferences.ts';
import {
  type Arrangement,
  inspectorRangePx,
  listMinPx,
  localRangePx,
  resizePane,
  sidebarRangePx,
  type SidePane,
} from './arrange.ts';
import { IconButton } from '../../ui/button/button.tsx';
import { PaneEdge } from './pane-edge.tsx';
import { closeOver, usePanesStore } from './panes-store.ts';
import styles from './shell.module.css';

type Props = {
  readonly panes: Readonly<Record<SidePane, ReactNode>> | null;
  readonly arrangement: Arrangement;
  readonly setLayout: (change: Partial<WindowLayout>) => void;
  /** The main area. */
  readonly children: ReactNode;
};

const edgeLabels = {
  sidebar: 'shell.resizeSidebar',
  localPane: 'shell.resizeLocalPane',
  inspector: 'shell.resizeInspector',
} as const;
const closeLabels = {
  sidebar: 'shell.closeSidebar',
  localPane: 'shell.closeLocalPane',
  inspector: 'shell.closeInspector',
} as const;
const ranges = {
  sidebar: sidebarRangePx,
  localPane: { ...localRangePx, max: Infinity },
  inspector: inspectorRangePx,
} as const;

/** The list and what stands beside it, or over it where there is no room. */
export function ListSidePanes({ panes, arrangement, setLayout, children }: Props) {
  const { t } = useTranslation();
  const totalPx = usePanesStore((state) => state.size.widthPx);
  const { places, widthsPx } = arrangement;
  const sides = (['sidebar', 'localPane', 'inspector'] as const).filter((pane) => places[pane] === 'beside');
  const listPx = totalPx - sides.reduce((sum, pane) => sum + widthsPx[pane], 0);
  const sharedPx = listPx + (places.localPane === 'beside' ? widthsPx.localPane : 0);
  const defaults = {
    sidebar: defaultPreferences.layout.sidebarPx,
    inspector: defaultPreferences.layout.inspectorPx,
    localPane: defaultPreferences.layout.localPaneFraction * sharedPx,
  };
  const over = (['sidebar', 'localPane', 'inspector'] as const).find((pane) => places[pane] === 'over');
  // Beside the pane, where there is always room left: what is in the pane has its own buttons up to the edge.
  const close =
    over === undefined ? null : (
      <span
        className={styles.closeOver}
        data-pane-toggle
        style={over === 'inspector' ? { insetInlineEnd: widthsPx[over] } : { insetInlineStart: widthsPx[over] }}
      >
        <IconButton label={t(closeLabels[over])} look="normal" icon={<X size={16} aria-hidden />} onClick={closeOver} />
      </span>
    );

  const edge = (pane: SidePane) => (
    <PaneEdge
      key={pane}
      label={t(edgeLabels[pane])}
      orientation="horizontal"
      sized={pane === 'inspector' ? 'second' : 'first'}
      px={widthsPx[pane]}
      minPx={ranges[pane].min}
      maxPx={Math.min(ranges[pane].max, widthsPx[pane] + Math.max(0, listPx - listMinPx))}
      defaultPx={defaults[pane]}
      atPx={pane === 'localPane' && sides.includes('sidebar') ? widthsPx.sidebar + widthsPx.localPane : widthsPx[pane]}
      onSize={(px) => setLayout(resizePane(pane, px, sharedPx))}
    />
  );
  const render = (pane: SidePane) =>
    panes === null || places[pane] === 'hidden' ? null : (
      <div
        key={pane}
        className={styles.pane}
        data-pane={pane}
        data-place={places[pane]}
        style={{ width: widthsPx[pane] }}
        tabIndex={-1}
      >
        <Suspense fallback={null}>{panes[pane]}</Suspense>
      </div>
    );
  return (
    <div className={styles.body}>
      {render('sidebar')}
      {render('localPane')}
      <main className={styles.main} data-pane="list" tabIndex={-1}>
        {/* They stand where the panes meet, and belong to the list in the document: a landmark has to hold them. */}
        {panes === null ? null : sides.map(edge)}
        {over === 'inspector' ? null : close}
        {children}
        {over === 'inspector' ? close : null}
      </main>
      {render('inspector')}
      {over === undefined ? null : <div className={styles.scrim} onPointerDown={closeOver} aria-hidden />}
    </div>
  );
}
