import type { FileHandle } from 'node:fs/promises';

const blockBytes = 1_048_576;

/** Reads a range of a file in blocks and hands each on before the next; throws when the file ends before the range. */
export async function readRange(
  handle: FileHandle,
  offset: number,
  sizeBytes: number,
  onBlock: (block: Uint8Array) => Promise<void> | void,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(blockBytes, Math.max(sizeBytes, 1)));
  for (let done = 0; done < sizeBytes; ) {
    const wanted = Math.min(buffer.length, sizeBytes - done);
    const { bytesRead } = await handle.read(buffer, 0, wanted, offset + done);
    if (bytesRead === 0) throw new Error('The file is shorter than it was');
    await onBlock(buffer.subarray(0, bytesRead));
    done += bytesRead;
  }
}

/** Copies a range between open files. */
export async function copyRange(
  from: FileHandle,
  fromOffset: number,
  sizeBytes: number,
  to: FileHandle,
  toOffset: number,
  onBlock?: (block: Uint8Array) => void,
): Promise<void> {
  let position = toOffset;
  await readRange(from, fromOffset, sizeBytes, async (block) => {
    onBlock?.(block);
    for (let done = 0; done < block.length; ) {
      const { bytesWritten } = await to.write(block, done, block.length - done, position);
      done += bytesWritten;
      position += bytesWritten;
    }
  });
}
