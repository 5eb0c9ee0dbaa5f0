import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyRange } from './copy-range.ts';
import { ignoreAbsent } from './file-errors.ts';
import type { PartRecord } from './upload-records.ts';

/**
 * Clients send parts of one size, so part N belongs at (N - 1) * size: parts are received right there, in one sparse
 * file, and completing an upload is a rename instead of a copy of every byte. The first part that arrives decides the
 * size. A part that does not fit its slot lies in a file of its own, and completion then copies.
 */
export type SlotFile = {
  /** Name in the upload's folder; it holds the slots' size, so that it is known again after a restart. */
  readonly name: string;
  readonly slotBytes: number;
  offset(partNumber: number): number;
  takes(partNumber: number, sizeBytes: number): boolean;
};

/** File systems end somewhere (ext4 at 16 TiB); parts that would lie beyond get files of their own. */
const maxSlotFileBytes = 2 ** 43;

export function slotFile(slotBytes: number): SlotFile {
  return {
    name: `slots-${slotBytes}`,
    slotBytes,
    offset: (partNumber) => (partNumber - 1) * slotBytes,
    takes: (partNumber, sizeBytes) => sizeBytes <= slotBytes && partNumber * slotBytes <= maxSlotFileBytes,
  };
}

/** The slot file an upload has already. */
export async function slotFileOf(uploadFolder: string): Promise<SlotFile | null> {
  for (const name of (await readdir(uploadFolder).catch(ignoreAbsent)) ?? []) {
    const match = /^slots-(\d+)$/.exec(name);
    if (match) return slotFile(Number(match[1]));
  }
  return null;
}

export type Assembled = {
  readonly name: string;
  readonly path: string;
  readonly handle: FileHandle;
  /** When it did not become the object: parts stay as they are. */
  giveUp(): Promise<void>;
};

/**
 * One file with the parts in a row. `slots`: given when these are all parts and nobody writes any more, so that the
 * slot file may become the object if the parts lie in it without a gap.
 */
export async function assembleParts(
  uploadFolder: string,
  parts: readonly PartRecord[],
  slots: SlotFile | null,
): Promise<Assembled> {
  const totalBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (slots !== null && liesInARow(parts, slots)) {
    const path = join(uploadFolder, slots.name);
    const handle = await open(path, 'r+');
    await handle.truncate(totalBytes);
    return { name: slots.name, path, handle, giveUp: () => handle.close() };
  }
  const name = `assembled-${randomUUID()}`;
  const path = join(uploadFolder, name);
  const handle = await open(path, 'wx+');
  const giveUp = async () => {
    await handle.close();
    await rm(path, { force: true });
  };
  try {
    let position = 0;
    for (const part of parts) {
      const source = await open(join(uploadFolder, part.file), 'r');
      try {
        await copyRange(source, part.offset, part.sizeBytes, handle, position);
      } finally {
        await source.close();
      }
      position += part.sizeBytes;
    }
    return { name, path, handle, giveUp };
  } catch (thrown) {
    await giveUp();
    throw thrown;
  }
}

function liesInARow(parts: readonly PartRecord[], slots: SlotFile): boolean {
  return parts.every(
    (part, index) =>
      part.partNumber === index + 1 &&
      part.file === slots.name &&
      (part.sizeBytes === slots.slotBytes || index === parts.length - 1),
  );
}
