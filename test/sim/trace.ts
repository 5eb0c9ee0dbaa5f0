/** What happened, in order: a hash of all of it, and the lines where somebody wants to read them. */
export type Trace = {
  note(atMs: number, line: string): void;
  /** Of everything noted so far. */
  hash(): string;
  readonly lines: readonly string[];
};

/** `keepLines`: 0 for the hash alone. */
export function createTrace(keepLines: number): Trace {
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  let lines: string[] = [];
  return {
    note(atMs, line) {
      low = Math.imul(low ^ atMs, 0x01000193);
      for (let index = 0; index < line.length; index += 1) {
        low = Math.imul(low ^ line.charCodeAt(index), 0x01000193);
        high = Math.imul(high ^ low, 0x85ebca6b) ^ (high >>> 13);
      }
      if (keepLines === 0) return;
      lines.push(`${String(atMs).padStart(8)} ${line}`);
      if (lines.length > keepLines * 2) lines = lines.slice(-keepLines);
    },
    hash: () => (low >>> 0).toString(16).padStart(8, '0') + (high >>> 0).toString(16).padStart(8, '0'),
    get lines() {
      return lines.slice(-keepLines);
    },
  };
}
