/**
 * Browsers cannot lay out what is higher than some 30 million pixels (a few million when zoomed in). Beyond `stretchRows`
 * rows the scrolling element is as high as that many, and shows row `slot + shiftRows` at place `slot` of it. Pure.
 *
 * Small moves, by wheel or key, leave the shift alone, so that they are exact; jumps, by scroll bar, take the shift that
 * belongs to the place. The first and the last `endRows` places have one shift each, so that both ends are reached
 * without a jump.
 */
export const stretchRows = 150_000;
const endRows = 10_000;
/** More than this many views at once come from no wheel. */
const wheelViews = 20;

/** How many rows the scrolling element is high. */
export function slotCount(count: number): number {
  return Math.min(count, stretchRows);
}

/** The shift that belongs to the place `topSlot` (a fraction is ignored) of a view of `viewRows` rows. */
export function shiftAt(topSlot: number, count: number, viewRows: number): number {
  const most = Math.max(0, count - stretchRows);
  if (most === 0) return 0;
  const { from, to } = middle(viewRows);
  return Math.round(most * Math.min(1, Math.max(0, (topSlot - from) / (to - from))));
}

/** The place whose shift shows row `topRow` on top: the inverse of `shiftAt`, give or take a row. */
export function slotFor(topRow: number, count: number, viewRows: number): number {
  const most = Math.max(0, count - stretchRows);
  if (most === 0) return topRow;
  const { from, to } = middle(viewRows);
  if (topRow <= from) return topRow;
  if (topRow >= to + most) return topRow - most;
  return from + ((topRow - from) * (to - from)) / (to - from + most);
}

/** Where the shift changes: between the ends, of which a view high enough takes all. */
function middle(viewRows: number): { from: number; to: number } {
  const lastTop = stretchRows - Math.min(viewRows, stretchRows / 2);
  return { from: Math.min(endRows, lastTop / 3), to: lastTop - Math.min(endRows, lastTop / 3) };
}

export type Stretch = { readonly topSlot: number; readonly shiftRows: number };

/**
 * The shift after the element has scrolled from `before` to `topSlot`. `byWheel`: the move was made by wheel or touch,
 * which are exact however fast; otherwise what is more than a page is taken for a pull at the scroll bar.
 */
export function shiftAfterScroll(
  before: Stretch,
  topSlot: number,
  count: number,
  viewRows: number,
  byWheel: boolean,
): number {
  const isJump = Math.abs(topSlot - before.topSlot) > (byWheel ? wheelViews : 1.1) * viewRows;
  return isJump ? shiftAt(topSlot, count, viewRows) : clampShift(before.shiftRows, count);
}

export function clampShift(shiftRows: number, count: number): number {
  return Math.min(Math.max(0, count - stretchRows), Math.max(0, shiftRows));
}

/**
 * The same rows at the place that belongs to them, when the present one has drifted off it: at an end of the element with
 * rows beyond it, or, once `atRest`, anywhere. Moves by whole rows. Null: stays.
 */
export function settled(at: Stretch, count: number, viewRows: number, atRest: boolean): Stretch | null {
  const most = Math.max(0, count - stretchRows);
  if (most === 0) return null;
  // One turn of the wheel never meets the end of the element.
  const edge = wheelViews * viewRows + 1;
  const stuck =
    (at.topSlot < edge && at.shiftRows > 0) || (at.topSlot > stretchRows - viewRows - edge && at.shiftRows < most);
  if (!stuck && !atRest) return null;
  const topRow = at.topSlot + at.shiftRows;
  const shiftRows = clampShift(Math.round(topRow - slotFor(topRow, count, viewRows)), count);
  const moved = shiftRows - at.shiftRows;
  if (moved === 0 || (!stuck && Math.abs(moved) < viewRows)) return null;
  return { topSlot: at.topSlot - moved, shiftRows };
}

/** The top row that brings `row` into a view of `viewRows` rows with the least movement. */
export function topRowShowing(row: number, topRow: number, viewRows: number): number {
  if (row < topRow) return row;
  if (row + 1 > topRow + viewRows) return row + 1 - viewRows;
  return topRow;
}

/** The place for a view that has `topRow` on top: near the present one if it can be, else the one that belongs to it. */
export function stretchFor(topRow: number, at: Stretch, count: number, viewRows: number): Stretch {
  const lastTop = Math.max(0, count - viewRows);
  const wanted = Math.min(lastTop, Math.max(0, topRow));
  const near = { topSlot: wanted - at.shiftRows, shiftRows: at.shiftRows };
  const isNear = Math.abs(near.topSlot - at.topSlot) < endRows / 10;
  const fits = near.topSlot >= 0 && near.topSlot <= slotCount(count) - viewRows;
  if (isNear && fits) return settled(near, count, viewRows, false) ?? near;
  const shiftRows = clampShift(Math.round(wanted - slotFor(wanted, count, viewRows)), count);
  return { topSlot: wanted - shiftRows, shiftRows };
}
