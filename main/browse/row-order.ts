import type { ListingView } from '../../shared/domain/listing.ts';
import { assertNever } from '../../shared/result.ts';
import { GrowingNumbers } from './growing-numbers.ts';
import { createNaturalOrder, type NaturalOrder } from './natural-order.ts';
import type { RowTable } from './row-table.ts';
import { asciiText } from './text-column.ts';

let naturalOrder: NaturalOrder | undefined;

export type RowCompare = (a: number, b: number) => number;

/**
 * Folders first, then by the column; equal ones by name, then by code units and by arrival, so that no two rows are
 * equal and the order is the same however the rows came. Objects without a value are last either way.
 */
export function rowCompare(table: RowTable, { sortBy, descending }: ListingView): RowCompare {
  const sign = descending ? -1 : 1;
  const natural = (naturalOrder ??= createNaturalOrder());
  const { names } = table;
  const byName: RowCompare = (a, b) => names.compare(natural, a, b) || a - b;
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
      return texts(extensions(table));
    default:
      return assertNever(sortBy);
  }
}

/** Looked for once for each row, since a sort asks many times; most rows share a few. */
function extensions(table: RowTable): (index: number) => string {
  const places = new GrowingNumbers((length) => new Uint32Array(length));
  const known = new Map<string, number>();
  const texts: string[] = [];
  return (index) => {
    const place = places.at(index);
    if (place > 0) return texts[place - 1] as string;
    const text = extensionOf(table.name(index));
    let found = known.get(text);
    if (found === undefined) known.set(text, (found = texts.push(text)));
    places.set(index, found);
    return texts[found - 1] as string;
  };
}

/** `pdf` of `a.PDF`; nothing for `.profile`, `README` and `a.`. */
function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

/** The rows a view shows: what of their names must be in them, without case. */
export function rowFilter(table: RowTable, filter: string): (index: number) => boolean {
  if (filter === '') return () => true;
  const wanted = filter.normalize('NFC').toLowerCase();
  const ascii = asciiText(wanted);
  return (index) => {
    if (ascii !== null) {
      const holds = table.names.holdsAscii(index, ascii, 'anywhere');
      if (holds !== null) return holds;
    }
    return table.name(index).normalize('NFC').toLowerCase().includes(wanted);
  };
}
