import type { WindowLayout } from '../../../shared/domain/preferences.ts';

/** Narrower than this the list is no longer pleasant: panes give way first. */
export const listMinPx = 400;
export const sidebarRangePx = { min: 160, max: 400 } as const;
export const inspectorRangePx = { min: 240, max: 640 } as const;
export const localRangePx = { min: 260 } as const;
export const transfersRangePx = { min: 120 } as const;
/** Of the height of the window, where nobody has set another: room for some files of an unfolded job. */
const transfersShare = 0.4;
const transfersDefaultMinPx = 260;
/** Kept for what is above the unfolded transfers. */
export const aboveTransfersPx = 200;

export type SidePane = 'sidebar' | 'localPane' | 'inspector';
export type PanePlace =
  /** Not on screen. */
  | 'hidden'
  /** Takes width from the list. */
  | 'beside'
  /** Over the list, until closed. */
  | 'over';

export type Arrangement = {
  readonly places: Readonly<Record<SidePane, PanePlace>>;
  /** Whether there is room for the pane beside the list, open or not. */
  readonly fits: Readonly<Record<SidePane, boolean>>;
  readonly widthsPx: Readonly<Record<SidePane, number>>;
  readonly transfersPx: number;
};

/**
 * Pure. Where the panes stand in a window of this size. The list keeps 400 px: the sidebar gives way first, then the inspector,
 * then the local pane; one that has no room beside the list is shown over it, when it is `over`, and else not at all.
 */
export function arrange(
  layout: WindowLayout,
  size: { readonly widthPx: number; readonly heightPx: number },
  over: SidePane | null,
): Arrangement {
  const room = size.widthPx - listMinPx;
  const localFits = room >= localRangePx.min;
  const localMin = layout.localPaneOpen && localFits ? localRangePx.min : 0;
  const inspectorFits = room - localMin >= inspectorRangePx.min;
  const inspectorMin = layout.inspectorOpen && inspectorFits ? inspectorRangePx.min : 0;
  const sidebarFits = room - localMin - inspectorMin >= sidebarRangePx.min;
  const sidebarMin = layout.sidebarOpen && sidebarFits ? sidebarRangePx.min : 0;

  const fits = { sidebar: sidebarFits, localPane: localFits, inspector: inspectorFits };
  const open = {
    sidebar: layout.sidebarOpen,
    localPane: layout.localPaneOpen,
    inspector: layout.inspectorOpen,
  };
  const placeOf = (pane: SidePane): PanePlace =>
    open[pane] && fits[pane] ? 'beside' : over === pane && !fits[pane] ? 'over' : 'hidden';
  const places = { sidebar: placeOf('sidebar'), localPane: placeOf('localPane'), inspector: placeOf('inspector') };

  // What is left over after the smallest widths goes to what each pane was given, in this order.
  let rest = room - localMin - inspectorMin - sidebarMin;
  const give = (min: number, wanted: number) => {
    if (min === 0) return 0;
    const more = Math.max(0, Math.min(wanted - min, rest));
    rest -= more;
    return min + more;
  };
  const sidebar = give(sidebarMin, clamp(layout.sidebarPx, sidebarRangePx));
  const inspector = give(inspectorMin, clamp(layout.inspectorPx, inspectorRangePx));
  const shared = size.widthPx - sidebar - inspector;
  const localPane = give(localMin, shared * layout.localPaneFraction);
  const overWidth = (wanted: number) => Math.min(wanted, size.widthPx - 48);
  return {
    places,
    fits,
    widthsPx: {
      sidebar: places.sidebar === 'over' ? overWidth(clamp(layout.sidebarPx, sidebarRangePx)) : sidebar,
      inspector: places.inspector === 'over' ? overWidth(clamp(layout.inspectorPx, inspectorRangePx)) : inspector,
      localPane: places.localPane === 'over' ? overWidth(size.widthPx) : localPane,
    },
    transfersPx: fitTransfers(layout.transfersPx ?? defaultTransfersPx(size.heightPx), size.heightPx),
  };
}

/** Pure. How high the unfolded transfers are in a window of this height, as long as nobody has set it. */
export function defaultTransfersPx(heightPx: number): number {
  return fitTransfers(Math.max(transfersDefaultMinPx, Math.round(heightPx * transfersShare)), heightPx);
}

function fitTransfers(px: number, heightPx: number): number {
  const { min } = transfersRangePx;
  return clamp(px, { min, max: Math.max(min, heightPx - aboveTransfersPx) });
}

/** Pure. What opening or closing a pane means here: remembered where it has room, only for now where it has not. */
export function togglePane(
  pane: SidePane,
  arrangement: Arrangement,
  over: SidePane | null,
): { readonly layout: Partial<WindowLayout>; readonly over: SidePane | null } {
  if (!arrangement.fits[pane]) return { layout: {}, over: over === pane ? null : pane };
  const open = arrangement.places[pane] !== 'beside';
  const keys = { sidebar: 'sidebarOpen', localPane: 'localPaneOpen', inspector: 'inspectorOpen' } as const;
  return { layout: { [keys[pane]]: open }, over: null };
}

/** Pure. The widths as they are remembered after the edge of a pane was moved to `widthPx`. */
export function resizePane(pane: SidePane, widthPx: number, sharedPx: number): Partial<WindowLayout> {
  if (pane === 'sidebar') return { sidebarPx: Math.round(clamp(widthPx, sidebarRangePx)) };
  if (pane === 'inspector') return { inspectorPx: Math.round(clamp(widthPx, inspectorRangePx)) };
  return { localPaneFraction: clamp(widthPx / Math.max(1, sharedPx), { min: 0.1, max: 0.9 }) };
}

function clamp(value: number, { min, max = Infinity }: { readonly min: number; readonly max?: number }): number {
  return Math.min(max, Math.max(min, value));
}
