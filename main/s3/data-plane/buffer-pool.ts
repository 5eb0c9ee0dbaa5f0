/** Reuses the memory of ranges: parts of a transfer all have the same size, so a few buffers serve a whole upload. */
export type BufferPool = {
  take(sizeBytes: number): Uint8Array<ArrayBuffer>;
  give(buffer: Uint8Array<ArrayBuffer>): void;
};

const granuleBytes = 64 * 1024;

/** Keeps at most `maxIdleBytes` of buffers that nobody uses. */
export function createBufferPool(maxIdleBytes: number): BufferPool {
  const idle = new Map<number, ArrayBuffer[]>();
  let idleBytes = 0;
  return {
    take(sizeBytes) {
      const capacity = Math.max(granuleBytes, Math.ceil(sizeBytes / granuleBytes) * granuleBytes);
      const reused = idle.get(capacity)?.pop();
      if (reused) idleBytes -= capacity;
      return new Uint8Array(reused ?? new ArrayBuffer(capacity), 0, sizeBytes);
    },
    give(buffer) {
      const memory = buffer.buffer;
      if (idleBytes + memory.byteLength > maxIdleBytes) return;
      idleBytes += memory.byteLength;
      const list = idle.get(memory.byteLength);
      if (list) list.push(memory);
      else idle.set(memory.byteLength, [memory]);
    },
  };
}
