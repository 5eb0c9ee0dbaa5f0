import type { RowCompare } from './row-order.ts';
import { sortAtOnce } from './sort-rows.ts';

/** Row numbers in order, to which sorted blocks are merged: moving memory is cheap, comparing is not. */
export class OrderedRows {
  readonly #compare: RowCompare;
  #rows: Uint32Array;
  #length: number;

  /** `sorted` is taken over. */
  constructor(compare: RowCompare, sorted: Uint32Array) {
    this.#compare = compare;
    this.#rows = sorted;
    this.#length = sorted.length;
  }

  get length(): number {
    return this.#length;
  }

  at(position: number): number {
    return this.#rows[position] as number;
  }

  copy(): Uint32Array {
    return this.#rows.slice(0, this.#length);
  }

  /**
   * Adds rows in any order, which may be put into order where they lie: k rows to n cost k log(k) + k log(n) comparisons. Keep blocks small (a page of a listing) to
   * stay below a frame.
   */
  insert(rows: Uint32Array): void {
    if (rows.length === 0) return;
    const block = sortAtOnce(rows, this.#compare);
    const total = this.#length + block.length;
    if (total > this.#rows.length) {
      const larger = new Uint32Array(Math.max(total, this.#rows.length * 2, 1024));
      larger.set(this.#rows.subarray(0, this.#length));
      this.#rows = larger;
    }
    // From the end, each stretch of rows moves once to its final place.
    let end = this.#length;
    for (let index = block.length - 1; index >= 0; index--) {
      const row = block[index] as number;
      const position = this.#positionFor(row, end);
      this.#rows.copyWithin(position + index + 1, position, end);
      this.#rows[position + index] = row;
      end = position;
    }
    this.#length = total;
  }

  /** How many of the first `end` rows come before this one. */
  #positionFor(row: number, end: number): number {
    let low = 0;
    // Pages of a listing sorted by name come in order, mostly: look at the end first.
    if (end > 0 && this.#compare(this.#rows[end - 1] as number, row) < 0) return end;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#rows[middle] as number, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
