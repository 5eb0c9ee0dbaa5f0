import { writeSync } from 'node:fs';
import type { BufferPool } from './buffer-pool.ts';

export type RangeWriter = {
  /** Writes the bytes or gathers them. Throws what the file system says. */
  add(bytes: Uint8Array): void;
  /** Writes what was gathered. */
  flush(): void;
  receivedBytes(): number;
  /** Gives its memory back. */
  close(): void;
};

/** Bytes are gathered so far before one write: TLS hands over 16 KiB at a time. */
const stageBytes = 1024 * 1024;
/** From here on bytes are written as they come, without being copied first. */
const directBytes = 64 * 1024;

/** Writes a range of a file in order, in few writes. Synchronous: it runs in a worker thread. */
export function createRangeWriter(
  file: number,
  offset: number,
  sizeBytes: number,
  buffers: BufferPool,
  onWritten: (bytes: Uint8Array) => void,
): RangeWriter {
  let stage: Uint8Array<ArrayBuffer> | null = null;
  let staged = 0;
  let written = 0;

  const write = (bytes: Uint8Array): void => {
    let done = 0;
    while (done < bytes.length) done += writeSync(file, bytes, done, bytes.length - done, offset + written + done);
    written += done;
    onWritten(bytes);
  };
  const flush = (): void => {
    if (stage === null || staged === 0) return;
    const bytes = stage.subarray(0, staged);
    staged = 0;
    write(bytes);
  };

  return {
    add(bytes) {
      if (staged === 0 && (bytes.length >= directBytes || bytes.length === sizeBytes)) return write(bytes);
      stage ??= buffers.take(Math.min(stageBytes, sizeBytes));
      let taken = 0;
      while (taken < bytes.length) {
        const count = Math.min(stage.length - staged, bytes.length - taken);
        stage.set(bytes.subarray(taken, taken + count), staged);
        staged += count;
        taken += count;
        if (staged === stage.length) flush();
      }
    },
    flush,
    receivedBytes: () => written + staged,
    close() {
      if (stage !== null) buffers.give(stage);
      stage = null;
    },
  };
}
