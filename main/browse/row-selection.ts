import type { SelectionSummary } from '../../shared/domain/listing.ts';

/** What the summary of a selection is made of. */
export type SelectableRows = {
  /** Folders and buckets. */
  isContainer(row: number): boolean;
  /** NaN for what has none. */
  sizeBytes(row: number): number;
  /** Of the rows whose bits are set. */
  summaryOf(words: Uint32Array): SelectionSummary;
  /** Of all rows. */
  totals(): SelectionSummary;
};

/** Which rows of a table are selected, by row number: a bit a row, with a running summary. */
export class RowSelection {
  readonly #rows: SelectableRows;
  #words = new Uint32Array(32);
  #items = 0;
  #folders = 0;
  #bytes = 0;
  /** Counted at the end of `manyAtOnce`. */
  #isCounted = true;

  constructor(rows: SelectableRows) {
    this.#rows = rows;
  }

  get items(): number {
    return this.#items;
  }

  summary(): SelectionSummary {
    return { items: this.#items, folders: this.#folders, bytes: this.#bytes };
  }

  has(row: number): boolean {
    return (((this.#words[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
  }

  /** True when it was not selected before. */
  add(row: number): boolean {
    if (this.has(row)) return false;
    const word = row >>> 5;
    if (word >= this.#words.length) {
      const larger = new Uint32Array(Math.max(word + 1, this.#words.length * 2));
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#words[word] = (this.#words[word] ?? 0) | (1 << (row & 31));
    this.#count(row, 1);
    return true;
  }

  /** The first rows of the table; at once when those are all. */
  addFirst(count: number): void {
    const totals = this.#rows.totals();
    if (count !== totals.items) {
      for (let row = 0; row < count; row++) this.add(row);
      return;
    }
    this.#words = new Uint32Array(Math.ceil(count / 32) + 1).fill(0xffffffff, 0, count >>> 5);
    this.#words[count >>> 5] = 2 ** (count & 31) - 1;
    this.#items = totals.items;
    this.#folders = totals.folders;
    this.#bytes = totals.bytes;
  }

  /** True when it was selected before. */
  remove(row: number): boolean {
    if (!this.has(row)) return false;
    const word = row >>> 5;
    this.#words[word] = (this.#words[word] ?? 0) & ~(1 << (row & 31));
    this.#count(row, -1);
    return true;
  }

  /** As much as `work` likes, counted once: for changes of very many rows. The summary is not to be read in it. */
  manyAtOnce(work: () => void): void {
    this.#isCounted = false;
    work();
    this.#isCounted = true;
    const { items, folders, bytes } = this.#rows.summaryOf(this.#words);
    this.#items = items;
    this.#folders = folders;
    this.#bytes = bytes;
  }

  clear(): void {
    this.#words.fill(0);
    this.#items = this.#folders = this.#bytes = 0;
  }

  /** The selected rows in the order of their numbers. Rows selected meanwhile may be left out. */
  *each(): Generator<number> {
    for (let word = 0; word < this.#words.length; word++) {
      let bits = this.#words[word] ?? 0;
      while (bits !== 0) {
        const bit = 31 - Math.clz32(bits & -bits);
        yield word * 32 + bit;
        bits &= bits - 1;
      }
    }
  }

  /** As it is now, for whoever must not see later changes. */
  copy(): RowSelection {
    const copy = new RowSelection(this.#rows);
    copy.#words = this.#words.slice();
    copy.#items = this.#items;
    copy.#folders = this.#folders;
    copy.#bytes = this.#bytes;
    return copy;
  }

  #count(row: number, sign: 1 | -1): void {
    if (!this.#isCounted) return;
    this.#items += sign;
    if (this.#rows.isContainer(row)) this.#folders += sign;
    else this.#bytes += sign * this.#rows.sizeBytes(row);
  }
}
