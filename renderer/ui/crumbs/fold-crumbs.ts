/** Pure. Which crumbs are shown when not all fit: the first, as many of the last as there is room for, and a menu between. */
export function foldCrumbs(widthsPx: readonly number[], roomPx: number, gapPx: number, menuPx: number): number {
  const count = widthsPx.length;
  const total = widthsPx.reduce((sum, width) => sum + width + gapPx, 0) - gapPx;
  if (count < 3 || total <= roomPx) return 0;
  let left = roomPx - (widthsPx[0] ?? 0) - gapPx - menuPx;
  let shown = 0;
  for (let index = count - 1; index > 0; index -= 1) {
    left -= (widthsPx[index] ?? 0) + gapPx;
    // The place itself is always there, shortened if it must be.
    if (left < 0 && shown > 0) break;
    shown += 1;
  }
  return count - 1 - shown;
}
