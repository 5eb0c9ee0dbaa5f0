import type { RowTable } from './row-table.ts';

/** Rows of a table, to be found by name and by whether they are folders: eight bytes a row, however long the names. */
export class RowNames {
  readonly #table: RowTable;
  /** Row numbers and 1; 0 where nothing is. At most half full. */
  readonly #slots: Uint32Array;
  readonly #mask: number;

  /** For at most `maxRows` rows. */
  constructor(table: RowTable, maxRows: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(1, maxRows) * 2));
    this.#table = table;
    this.#slots = new Uint32Array(slots);
    this.#mask = slots - 1;
  }

  add(row: number): void {
    let slot = this.#table.names.hash(row) & this.#mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = row + 1;
  }

  /** Whether one of them is what this row of another table is. */
  has(other: RowTable, row: number): boolean {
    let slot = other.names.hash(row) & this.#mask;
    for (;;) {
      const found = this.#slots[slot] as number;
      if (found === 0) return false;
      const isSame = this.#table.isFolder(found - 1) === other.isFolder(row);
      if (isSame && this.#table.names.isSame(found - 1, other.names, row)) return true;
      slot = (slot + 1) & this.#mask;
    }
  }
}
