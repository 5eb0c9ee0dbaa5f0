/** The first crumb is cut off down to this before it goes to the menu; as in crumbs.module.css. */
const leastPx = 28;

/**
 * Pure. Which crumbs go to a menu (`to` is not among them) when not all fit: those in the middle, and the first as well
 * where the place itself would be cut off beside it.
 */
export function foldCrumbs(
  widthsPx: readonly number[],
  roomPx: number,
  gapPx: number,
  menuPx: number,
): { readonly from: number; readonly to: number } {
  const count = widthsPx.length;
  const total = widthsPx.reduce((sum, width) => sum + width + gapPx, 0) - gapPx;
  if (count < 2 || total <= roomPx) return { from: 0, to: 0 };
  let left = roomPx - (widthsPx[0] ?? 0) - gapPx - menuPx;
  let to = count - 1;
  left -= (widthsPx[to] ?? 0) + gapPx;
  while (to > 1 && left >= (widthsPx[to - 1] ?? 0) + gapPx) {
    to -= 1;
    left -= (widthsPx[to] ?? 0) + gapPx;
  }
  const menu = to > 1 ? menuPx + gapPx : 0;
  const fitsBesideFirst = leastPx + gapPx + menu + (widthsPx[count - 1] ?? 0) <= roomPx;
  return fitsBesideFirst ? { from: 1, to } : { from: 0, to };
}
