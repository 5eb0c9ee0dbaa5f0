import type { FileHandle } from 'node:fs/promises';

/** Bytes gathered before they go to the disk in one call. */
const batchBytes = 1_048_576;
/** What operating systems take in one call. */
const batchChunks = 1024;

/** Writes a body to a file as it comes, one batch on its way to the disk while the next is gathered. */
export type FileWriter = {
  /** Await it when it returns a promise: the disk is behind. The chunk must not change afterwards. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** All is handed to the operating system when this resolves. */
  finish(): Promise<void>;
};

export function createFileWriter(handle: FileHandle, offset = 0): FileWriter {
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  let position = offset;
  let inFlight: Promise<void> = Promise.resolve();

  function flush(): Promise<void> {
    const batch = gathered;
    const before = inFlight;
    const at = position;
    position += gatheredBytes;
    gathered = [];
    gatheredBytes = 0;
    inFlight = before.then(() => writeAll(handle, batch, at));
    // Whoever awaits a later write or finish gets the failure; until then it must not count as unhandled.
    inFlight.catch(() => undefined);
    return before;
  }

  return {
    write: (chunk) => {
      gathered.push(chunk);
      gatheredBytes += chunk.length;
      return gatheredBytes >= batchBytes || gathered.length >= batchChunks ? flush() : undefined;
    },
    finish: async () => {
      if (gatheredBytes > 0) await flush();
      await inFlight;
    },
  };
}

async function writeAll(handle: FileHandle, chunks: Uint8Array[], position: number): Promise<void> {
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const { bytesWritten } = await handle.writev(chunks, position);
  if (bytesWritten === total) return;
  // A short write: the rest in one piece, until it is all there.
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  for (let done = 0; done < rest.length; ) {
    const more = await handle.write(rest, done, rest.length - done, position + bytesWritten + done);
    if (more.bytesWritten === 0) throw new Error('The file takes no more bytes');
    done += more.bytesWritten;
  }
}
