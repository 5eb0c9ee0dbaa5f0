import type { ListingRow, SelectionSummary } from '../../shared/domain/listing.ts';
import { assertNever } from '../../shared/result.ts';
import { GrowingNumbers } from './growing-numbers.ts';
import { TextColumn } from './text-column.ts';

const rowTypes = ['bucket', 'folder', 'object', 'hostFolder', 'hostFile'] as const;
type RowType = (typeof rowTypes)[number];
const bucketType = rowTypes.indexOf('bucket');
const folderType = rowTypes.indexOf('folder');
const hostFolderType = rowTypes.indexOf('hostFolder');

/** The rows of one listing as columns, in the order they came. Rows are never changed or removed. */
export class RowTable {
  /** What stands before each name in keys, prefixes and paths. */
  readonly #base: string;
  readonly names = new TextColumn();
  readonly #sizes = new GrowingNumbers((length) => new Float64Array(length));
  /** NaN for none. For buckets: when they were made. */
  readonly #times = new GrowingNumbers((length) => new Float64Array(length));
  /** Empty for none. */
  readonly #etags = new TextColumn();
  /** Places in `knownClasses`. */
  readonly #classes = new GrowingNumbers((length) => new Uint16Array(length));
  readonly #knownClasses: (string | null)[] = [null];
  /** Places in `rowTypes`. */
  readonly #types = new GrowingNumbers((length) => new Uint8Array(length));

  readonly #totals = { items: 0, folders: 0, bytes: 0 };

  /** `base`: the prefix, or the folder of the engine's machine with its last separator. Names are kept without it. */
  constructor(base: string) {
    this.#base = base;
  }

  get length(): number {
    return this.names.length;
  }

  addBucket(name: string, createdMs: number | null): void {
    this.#add('bucket', name, Number.NaN, createdMs, null, null);
  }

  /** `prefix` is the whole one, with its last slash. */
  addFolder(prefix: string): void {
    this.#add('folder', prefix.slice(this.#base.length, -1), Number.NaN, null, null, null);
  }

  addObject(
    key: string,
    sizeBytes: number,
    modifiedMs: number | null,
    etag: string | null,
    storageClass: string | null,
  ): void {
    this.#add('object', key.slice(this.#base.length), sizeBytes, modifiedMs, etag, storageClass);
  }

  addHostFolder(name: string): void {
    this.#add('hostFolder', name, Number.NaN, null, null, null);
  }

  addHostFile(name: string, sizeBytes: number, modifiedMs: number | null): void {
    this.#add('hostFile', name, sizeBytes, modifiedMs, null, null);
  }

  #add(
    type: RowType,
    name: string,
    sizeBytes: number,
    timeMs: number | null,
    etag: string | null,
    storageClass: string | null,
  ): void {
    const index = this.names.length;
    this.names.add(name);
    this.#types.set(index, rowTypes.indexOf(type));
    this.#sizes.set(index, sizeBytes);
    this.#times.set(index, timeMs ?? Number.NaN);
    this.#etags.add(etag ?? '');
    this.#classes.set(index, this.#placeOfClass(storageClass));
    this.#totals.items += 1;
    if (this.isContainer(index)) this.#totals.folders += 1;
    else this.#totals.bytes += sizeBytes;
  }

  #placeOfClass(storageClass: string | null): number {
    const known = this.#knownClasses.indexOf(storageClass);
    if (known >= 0) return known;
    return this.#knownClasses.push(storageClass) - 1;
  }

  /** Of the rows whose bits are set, as a selection counts them: in one go, since there may be a million. */
  summaryOf(words: Uint32Array): SelectionSummary {
    const [sizes, types] = [this.#sizes.values, this.#types.values];
    const count = this.length;
    let [items, folders, bytes] = [0, 0, 0];
    for (let word = 0; word < words.length; word++) {
      let bits = words[word] as number;
      for (let row = word * 32; bits !== 0 && row < count; row++, bits >>>= 1) {
        if ((bits & 1) === 0) continue;
        items += 1;
        const type = types[row] as number;
        if (type === bucketType || type === folderType || type === hostFolderType) folders += 1;
        else bytes += sizes[row] as number;
      }
    }
    return { items, folders, bytes };
  }

  /** Of all rows, as a selection counts them. */
  totals(): SelectionSummary {
    return this.#totals;
  }

  name(index: number): string {
    return this.names.at(index);
  }
  isFolder(index: number): boolean {
    const type = this.#types.at(index);
    return type === folderType || type === hostFolderType;
  }
  /** Folders and buckets. */
  isContainer(index: number): boolean {
    return this.#types.at(index) === bucketType || this.isFolder(index);
  }
  sizeBytes(index: number): number {
    return this.#sizes.at(index);
  }
  timeMs(index: number): number {
    return this.#times.at(index);
  }
  storageClass(index: number): string {
    return this.#classOf(index) ?? '';
  }
  #classOf(index: number): string | null {
    return this.#knownClasses[this.#classes.at(index)] ?? null;
  }

  row(index: number): ListingRow {
    const name = this.name(index);
    const timeMs = this.#times.at(index);
    const time = Number.isNaN(timeMs) ? null : timeMs;
    const type = rowTypes[this.#types.at(index)] ?? 'object';
    switch (type) {
      case 'bucket':
        return { type, name, createdMs: time };
      case 'folder':
        return { type, name, prefix: `${this.#base}${name}/` };
      case 'hostFolder':
        return { type, name, path: this.#base + name };
      case 'hostFile':
        return { type, name, path: this.#base + name, sizeBytes: this.#sizes.at(index), modifiedMs: time };
      case 'object':
        return {
          type,
          name,
          key: this.#base + name,
          sizeBytes: this.#sizes.at(index),
          modifiedMs: time,
          etag: this.#etags.at(index) || null,
          storageClass: this.#classOf(index),
        };
      default:
        return assertNever(type);
    }
  }
}
