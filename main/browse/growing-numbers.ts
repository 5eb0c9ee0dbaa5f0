/** Growable array of numbers: a fraction of what as many objects take. */
export class GrowingNumbers<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array> {
  #values: T;
  readonly #make: (length: number) => T;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#values = make(1024);
  }

  /** 0 where nothing was set. */
  at(index: number): number {
    return index < this.#values.length ? (this.#values[index] as number) : 0;
  }

  /** Where they lie now; longer than what was set. */
  get values(): T {
    return this.#values;
  }

  set(index: number, value: number): void {
    if (index >= this.#values.length) {
      const larger = this.#make(Math.max(index + 1, this.#values.length * 2));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[index] = value;
  }
}
