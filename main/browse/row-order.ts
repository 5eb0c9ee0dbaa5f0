import type { ListingView } from '../../shared/domain/listing.ts';
import { assertNever } from '../../shared/result.ts';
import type { RowTable } from './row-table.ts';

/** `invoice-7` before `invoice-10`, in the language of the computer. */
const natural = new Intl.Collator(undefined, { numeric: true });

export type RowCompare = (a: number, b: number) => number;

/**
 * Folders first, then by the column; equal ones by name, then by code units and by arrival, so that no two rows are
 * equal and the order is the same however the rows came. Objects without a value are last either way.
 */
export function rowCompare(table: RowTable, { sortBy, descending }: ListingView): RowCompare {
  const sign = descending ? -1 : 1;
  const byName: RowCompare = (a, b) => {
    const [nameA, nameB] = [table.name(a), table.name(b)];
    const order = natural.compare(nameA, nameB);
    if (order !== 0) return order;
    return nameA < nameB ? -1 : nameA > nameB ? 1 : a - b;
  };
  const byColumn = columnCompare(table, sortBy, sign);
  return (a, b) => {
    const folderA = table.isFolder(a);
    if (folderA !== table.isFolder(b)) return folderA ? -1 : 1;
    // Folders have nothing but names.
    if (sortBy === 'name') return sign * byName(a, b);
    if (folderA) return byName(a, b);
    return byColumn(a, b) || byName(a, b);
  };
}

function columnCompare(table: RowTable, sortBy: ListingView['sortBy'], sign: number): RowCompare {
  const numbers =
    (value: (index: number) => number): RowCompare =>
    (a, b) => {
      const [valueA, valueB] = [value(a), value(b)];
      if (Number.isNaN(valueA) || Number.isNaN(valueB))
        return Number(Number.isNaN(valueA)) - Number(Number.isNaN(valueB));
      return sign * (valueA - valueB);
    };
  const texts =
    (value: (index: number) => string): RowCompare =>
    (a, b) => {
      const [valueA, valueB] = [value(a), value(b)];
      if (valueA === valueB) return 0;
      if (valueA === '' || valueB === '') return valueA === '' ? 1 : -1;
      return valueA < valueB ? -sign : sign;
    };
  switch (sortBy) {
    case 'name':
      return () => 0;
    case 'size':
      return numbers((index) => table.sizeBytes(index));
    case 'modified':
      return numbers((index) => table.timeMs(index));
    case 'class':
      return texts((index) => table.storageClass(index));
    case 'type':
      return texts((index) => extensionOf(table.name(index)));
    default:
      return assertNever(sortBy);
  }
}

/** `pdf` of `a.PDF`; nothing for `.profile`, `README` and `a.`. */
function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

/** The rows a view shows: what of their names must be in them, without case. */
export function rowFilter(table: RowTable, filter: string): (index: number) => boolean {
  if (filter === '') return () => true;
  const wanted = filter.toLowerCase();
  return (index) => table.name(index).toLowerCase().includes(wanted);
}

/** Row numbers in order, to which sorted blocks are merged: moving memory is cheap, comparing is not. */
export class OrderedRows {
  readonly #compare: RowCompare;
  #rows = new Uint32Array(1024);
  #length = 0;

  constructor(compare: RowCompare) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#length;
  }

  at(position: number): number {
    return this.#rows[position] ?? 0;
  }

  /**
   * Adds rows in any order: k rows to n cost k log(k) + k log(n) comparisons. Keep blocks small (a page of a listing) to
   * stay below a frame.
   */
  insert(block: Uint32Array): void {
    if (block.length === 0) return;
    const sorted = block.sort(this.#compare);
    const total = this.#length + sorted.length;
    if (total > this.#rows.length) {
      const larger = new Uint32Array(Math.max(total, this.#rows.length * 2));
      larger.set(this.#rows.subarray(0, this.#length));
      this.#rows = larger;
    }
    // From the end, each stretch of rows moves once to its final place.
    let end = this.#length;
    for (let index = sorted.length - 1; index >= 0; index--) {
      const row = sorted[index] ?? 0;
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
    if (end > 0 && this.#compare(this.#rows[end - 1] ?? 0, row) < 0) return end;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#rows[middle] ?? 0, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
