import type { ListingRow } from '../../shared/domain/listing.ts';
import { assertNever } from '../../shared/result.ts';

/** Growable array of numbers: a fraction of what as many objects take. */
class Numbers {
  #values = new Float64Array(1024);

  at(index: number): number {
    return this.#values[index] ?? Number.NaN;
  }

  set(index: number, value: number): void {
    if (index >= this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[index] = value;
  }
}

const rowTypes = ['bucket', 'folder', 'object', 'hostFolder', 'hostFile'] as const;
type RowType = (typeof rowTypes)[number];

/** The rows of one listing as columns, in the order they came. Rows are never changed or removed. */
export class RowTable {
  /** What stands before each name in keys, prefixes and paths. */
  readonly #base: string;
  readonly #names: string[] = [];
  readonly #sizes = new Numbers();
  /** NaN for none. For buckets: when they were made. */
  readonly #times = new Numbers();
  readonly #etags: (string | null)[] = [];
  readonly #classes: (string | null)[] = [];
  /** One copy of each storage class name, however many objects have it. */
  readonly #knownClasses = new Map<string, string>();
  readonly #types: RowType[] = [];

  /** `base`: the prefix, or the folder of the engine's machine with its last separator. Names are kept without it. */
  constructor(base: string) {
    this.#base = base;
  }

  get length(): number {
    return this.#names.length;
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
    const index = this.#names.length;
    this.#names.push(name);
    this.#types.push(type);
    this.#sizes.set(index, sizeBytes);
    this.#times.set(index, timeMs ?? Number.NaN);
    this.#etags.push(etag);
    if (storageClass !== null && !this.#knownClasses.has(storageClass)) {
      this.#knownClasses.set(storageClass, storageClass);
    }
    this.#classes.push(storageClass === null ? null : (this.#knownClasses.get(storageClass) ?? null));
  }

  name(index: number): string {
    return this.#names[index] ?? '';
  }
  isFolder(index: number): boolean {
    const type = this.#types[index];
    return type === 'folder' || type === 'hostFolder';
  }
  /** Folders and buckets. */
  isContainer(index: number): boolean {
    return this.#types[index] === 'bucket' || this.isFolder(index);
  }
  sizeBytes(index: number): number {
    return this.#sizes.at(index);
  }
  timeMs(index: number): number {
    return this.#times.at(index);
  }
  storageClass(index: number): string {
    return this.#classes[index] ?? '';
  }

  row(index: number): ListingRow {
    const name = this.name(index);
    const timeMs = this.#times.at(index);
    const time = Number.isNaN(timeMs) ? null : timeMs;
    const type = this.#types[index] ?? 'object';
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
          etag: this.#etags[index] ?? null,
          storageClass: this.#classes[index] ?? null,
        };
      default:
        return assertNever(type);
    }
  }
}
