import type { RowCompare } from './row-order.ts';

/** Sorted by inserting before anything is merged. */
const runRows = 32;
/** Rows looked at between two steps: about a millisecond. */
const stepRows = 8192;
/** After so many rows from the same side it is looked for how many more follow. */
const gallopAfter = 6;

/**
 * Sorts rows in steps well below a frame; the result is what the generator returns. Stretches that are in order, or
 * belong one after the other, take few comparisons: rows arrive in the order of their keys, which is nearly that of names,
 * and a column is often sorted the other way round.
 */
export function* sortRows(rows: Uint32Array, compare: RowCompare): Generator<void, Uint32Array> {
  let from: Uint32Array = rows;
  let to: Uint32Array = new Uint32Array(rows.length);
  let looked = 0;
  for (let start = 0; start < rows.length; start += runRows) {
    sortRun(from, start, Math.min(start + runRows, rows.length), compare);
    looked += runRows * 4;
    if (looked < stepRows) continue;
    looked = 0;
    yield;
  }
  for (let width = runRows; width < rows.length; width *= 2) {
    for (let start = 0; start < rows.length; start += 2 * width) {
      const middle = Math.min(start + width, rows.length);
      const end = Math.min(middle + width, rows.length);
      let left = start;
      let right = middle;
      let place = start;
      let fromSame = 0;
      if (middle === end || compare(from[middle - 1] as number, from[middle] as number) < 0) {
        place = copy(from, left, middle, to, place);
        left = middle;
      } else if (compare(from[end - 1] as number, from[start] as number) < 0) {
        place = copy(from, middle, end, to, place);
        right = end;
      }
      while (left < middle && right < end) {
        const isRight = compare(from[right] as number, from[left] as number) < 0;
        if (isRight) to[place++] = from[right++] as number;
        else to[place++] = from[left++] as number;
        fromSame = isRight === fromSame > 0 ? fromSame + (isRight ? 1 : -1) : isRight ? 1 : -1;
        if (fromSame > gallopAfter && right < end) {
          const next = firstAfter(from, right, end, from[left] as number, compare);
          place = copy(from, right, next, to, place);
          right = next;
          fromSame = 0;
        } else if (fromSame < -gallopAfter && left < middle) {
          const next = firstAfter(from, left, middle, from[right] as number, compare);
          place = copy(from, left, next, to, place);
          left = next;
          fromSame = 0;
        }
        if (++looked < stepRows) continue;
        looked = 0;
        yield;
      }
      place = copy(from, left, middle, to, place);
      copy(from, right, end, to, place);
      looked += 1 + ((end - start) >>> 4);
      if (looked < stepRows) continue;
      looked = 0;
      yield;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** For as many rows as a step takes. */
export function sortAtOnce(rows: Uint32Array, compare: RowCompare): Uint32Array {
  const steps = sortRows(rows, compare);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

function sortRun(rows: Uint32Array, start: number, end: number, compare: RowCompare): void {
  if (end - start > 1 && compare(rows[start] as number, rows[start + 1] as number) > 0) {
    let falling = start + 2;
    while (falling < end && compare(rows[falling - 1] as number, rows[falling] as number) > 0) falling++;
    rows.subarray(start, falling).reverse();
  }
  for (let index = start + 1; index < end; index++) {
    const row = rows[index] as number;
    if (compare(rows[index - 1] as number, row) < 0) continue;
    let low = start;
    let high = index - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(rows[middle] as number, row) < 0) low = middle + 1;
      else high = middle;
    }
    for (let place = index; place > low; place--) rows[place] = rows[place - 1] as number;
    rows[low] = row;
  }
}

/** The first position from `start` whose row comes after this one; near ones are found soonest. */
function firstAfter(rows: Uint32Array, start: number, end: number, row: number, compare: RowCompare): number {
  let low = start;
  let stride = 1;
  while (low + stride <= end && compare(rows[low + stride - 1] as number, row) < 0) {
    low += stride;
    stride *= 2;
  }
  let high = Math.min(low + stride - 1, end);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(rows[middle] as number, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the place after the last one. */
function copy(from: Uint32Array, start: number, end: number, to: Uint32Array, place: number): number {
  if (end - start > 64) to.set(from.subarray(start, end), place);
  else for (let index = start; index < end; index++) to[place + index - start] = from[index] as number;
  return place + end - start;
}
