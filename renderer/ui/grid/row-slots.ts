/** Which element shows which row: the key of the element by the index of the row, ascending. */
export type RowSlots = ReadonlyMap<number, number>;

export const noSlots: RowSlots = new Map();

/**
 * Pure. A row that stays keeps its element; one that comes takes the element of one that went, so that scrolling changes
 * texts instead of making elements. An element never moves before one that stays: the browser would have to move those
 * behind it, and what is moved loses the focus. Nor does the row that the cursor has gone to take the element that had the
 * focus: the focus must be seen to move, or a screen reader would not say the row. The same map where nothing changed.
 */
export function assignSlots(
  before: RowSlots,
  indexes: readonly number[],
  cursor: { readonly from: number; readonly to: number },
): RowSlots {
  if (before.size === indexes.length && indexes.every((index) => before.has(index))) return before;
  const staying = indexes.filter((index) => before.has(index));
  const shown = new Set(indexes);
  const free = [...before.keys()].filter((index) => !shown.has(index));
  let fresh = Math.max(-1, ...before.values()) + 1;
  const slots = new Map<number, number>();
  for (const index of indexes) {
    if (staying[0] === index) staying.shift();
    const nextStaying = staying[0] ?? Number.POSITIVE_INFINITY;
    const at = free.findIndex((old) => !(index === cursor.to && old === cursor.from));
    const old = free[at];
    const kept = before.get(index);
    if (kept !== undefined) slots.set(index, kept);
    else if (old !== undefined && old < nextStaying)
      slots.set(index, before.get(free.splice(at, 1)[0] as number) as number);
    else slots.set(index, fresh++);
  }
  return slots;
}
