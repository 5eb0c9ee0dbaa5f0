import { randomBytes, randomUUID } from 'node:crypto';
import { access, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ok } from '../../../shared/result.ts';
import { fail, type Outcome } from '../failure.ts';
import type { DurableFiles } from './durable-files.ts';
import { createFileWriter, type FileWriter } from './file-writer.ts';
import { ignoreAbsent } from './file-errors.ts';
import { createKeyLocks } from './key-locks.ts';
import type { Layout } from './layout.ts';
import type { Objects, WriteGuard } from './objects.ts';
import { type Assembled, assembleParts, type SlotFile, slotFile, slotFileOf } from './part-slots.ts';
import type { ObjectFacts, StoredObject } from './stored-version.ts';
import {
  type DoneRecord,
  isUploadId,
  type PartRecord,
  readDone,
  readPart,
  readParts,
  readUpload,
  type Upload,
  writePart,
  writeUpload,
} from './upload-records.ts';

/** A part being received. Call `discard` when it was not committed. */
export type PartDraft = {
  readonly writer: FileWriter;
  commit(facts: {
    readonly sizeBytes: number;
    readonly etag: string;
    readonly checksum: string;
  }): Promise<Outcome<PartRecord>>;
  discard(): Promise<void>;
};

/** Multipart uploads: parts survive a restart, the last one sent under a number counts, completion is all or nothing. */
export type Uploads = {
  create(bucket: string, upload: Omit<Upload, 'uploadId' | 'initiatedMs'>): Promise<Upload>;
  find(bucket: string, key: string, uploadId: string): Promise<Upload | null>;
  list(bucket: string): Promise<readonly Upload[]>;
  parts(bucket: string, upload: Upload): Promise<readonly PartRecord[]>;
  startPart(bucket: string, upload: Upload, partNumber: number, sizeBytes: number): Promise<Outcome<PartDraft>>;
  complete(
    bucket: string,
    upload: Upload,
    parts: readonly PartRecord[],
    facts: ObjectFacts,
    partsDigest: string,
    guard: WriteGuard,
  ): Promise<Outcome<StoredObject>>;
  /** The answer of an upload that was completed within the last day. */
  findDone(bucket: string, key: string, uploadId: string): Promise<DoneRecord | null>;
  /** False when there was none. */
  abort(bucket: string, key: string, uploadId: string): Promise<boolean>;
};

/** What only this process knows about an upload: who is writing where. */
type LiveUpload = { readonly slotWriters: Set<number>; slots: SlotFile | null; closed: boolean };

export function createUploads(
  layout: Layout,
  dependencies: { readonly files: DurableFiles; readonly objects: Objects; readonly nowMs: () => number },
): Uploads {
  const { files, objects, nowMs } = dependencies;
  const locks = createKeyLocks();
  const live = new Map<string, LiveUpload>();
  const folderOf = (bucket: string, uploadId: string) => join(layout.uploadsFolder(bucket), uploadId);
  const donePath = (bucket: string, uploadId: string) => join(layout.doneFolder(bucket), `${uploadId}.json`);

  async function liveUpload(bucket: string, uploadId: string): Promise<LiveUpload> {
    const known = live.get(uploadId);
    if (known) return known;
    const slots = await slotFileOf(folderOf(bucket, uploadId));
    const made = live.get(uploadId) ?? { slotWriters: new Set(), slots, closed: false };
    live.set(uploadId, made);
    return made;
  }

  async function create(bucket: string, upload: Omit<Upload, 'uploadId' | 'initiatedMs'>): Promise<Upload> {
    const made: Upload = { ...upload, uploadId: randomBytes(16).toString('hex'), initiatedMs: nowMs() };
    await writeUpload(files, folderOf(bucket, made.uploadId), made);
    return made;
  }

  /** Null, too, when it was completed and only its remains are there (which are then taken away). */
  async function find(bucket: string, key: string, uploadId: string): Promise<Upload | null> {
    if (!isUploadId(uploadId)) return null;
    const upload = await readUpload(folderOf(bucket, uploadId));
    if (upload?.key !== key) return null;
    if (live.get(uploadId)?.closed) return null;
    const done = await readDone(donePath(bucket, uploadId));
    if (!done || (await exists(join(folderOf(bucket, uploadId), done.source)))) return upload;
    await removeUpload(bucket, uploadId);
    return null;
  }

  async function list(bucket: string): Promise<readonly Upload[]> {
    const names = (await readdir(layout.uploadsFolder(bucket)).catch(ignoreAbsent)) ?? [];
    const found = await Promise.all(names.filter(isUploadId).map((name) => readUpload(folderOf(bucket, name))));
    return found.filter((upload) => upload !== null && !live.get(upload.uploadId)?.closed) as Upload[];
  }

  async function startPart(
    bucket: string,
    upload: Upload,
    partNumber: number,
    sizeBytes: number,
  ): Promise<Outcome<PartDraft>> {
    const { uploadId } = upload;
    const folder = folderOf(bucket, uploadId);
    return locks.hold(uploadId, async () => {
      const state = await liveUpload(bucket, uploadId);
      const before = await readPart(folder, partNumber);
      if (state.closed || !(await readUpload(folder))) return fail('NoSuchUpload', undefined, { UploadId: uploadId });
      if (sizeBytes > 0) state.slots ??= slotFile(sizeBytes);
      const slots = state.slots;
      // A slot is written in place, so never over a part that has arrived, nor by two at once.
      const inSlot =
        slots !== null &&
        sizeBytes > 0 &&
        slots.takes(partNumber, sizeBytes) &&
        !state.slotWriters.has(partNumber) &&
        before?.file !== slots.name;
      const file = inSlot ? slots.name : `part-${partNumber}-${randomUUID()}`;
      const offset = inSlot ? slots.offset(partNumber) : 0;
      const handle = await open(join(folder, file), inSlot ? 'a+' : 'wx').then(async (made) => {
        if (!inSlot) return made;
        // `r+` needs the file, and `w` would empty it.
        await made.close();
        return open(join(folder, file), 'r+');
      });
      if (inSlot) state.slotWriters.add(partNumber);
      let released = false;
      const release = async () => {
        if (released) return false;
        released = true;
        await handle.close();
        if (inSlot) state.slotWriters.delete(partNumber);
        return true;
      };
      const writer = createFileWriter(handle, offset);
      const discard = async () => {
        // What is on its way to the disk must have arrived before another part may use the slot.
        await writer.finish().catch(() => undefined);
        if ((await release()) && !inSlot) await rm(join(folder, file), { force: true });
      };
      const commit: PartDraft['commit'] = async (facts) => {
        await writer.finish();
        await files.sync(handle);
        return locks.hold(uploadId, async () => {
          if (state.closed || !(await readUpload(folder))) {
            await discard();
            return fail('NoSuchUpload', undefined, { UploadId: uploadId });
          }
          const replaced = await readPart(folder, partNumber);
          const part: PartRecord = { ...facts, partNumber, modifiedMs: nowMs(), file, offset };
          await writePart(files, folder, part);
          await release();
          if (replaced && replaced.file !== file && replaced.file !== state.slots?.name) {
            await rm(join(folder, replaced.file), { force: true });
          }
          return ok(part);
        });
      };
      return ok({ writer, commit, discard });
    });
  }

  async function complete(
    bucket: string,
    upload: Upload,
    parts: readonly PartRecord[],
    facts: ObjectFacts,
    partsDigest: string,
    guard: WriteGuard,
  ): Promise<Outcome<StoredObject>> {
    const { uploadId, key } = upload;
    const folder = folderOf(bucket, uploadId);
    return locks.hold(uploadId, async () => {
      const state = await liveUpload(bucket, uploadId);
      const present = await readParts(folder);
      const current = new Map(present.map((part) => [part.partNumber, part]));
      if (state.closed || parts.some((part) => current.get(part.partNumber)?.etag !== part.etag))
        return fail('InvalidPart');
      const chosen = parts.map((part) => current.get(part.partNumber) as PartRecord);
      const isAll = chosen.length === present.length && state.slotWriters.size === 0;
      const assembled = await assembleParts(folder, chosen, isAll ? state.slots : null);
      try {
        const done: DoneRecord = {
          uploadId,
          key,
          partsDigest,
          etag: facts.etag,
          checksum: facts.checksum,
          completedMs: nowMs(),
          source: assembled.name,
        };
        await files.writeWhole(donePath(bucket, uploadId), JSON.stringify(done));
        const published = await objects.publish(bucket, key, assembled, facts, guard);
        if (!published.ok) {
          await withdraw(bucket, uploadId, assembled);
          return published;
        }
        await removeUpload(bucket, uploadId);
        return published;
      } catch (thrown) {
        await withdraw(bucket, uploadId, assembled);
        throw thrown;
      }
    });
  }

  /** Takes the answer back before the file it speaks of: without the file it would count as given. */
  async function withdraw(bucket: string, uploadId: string, assembled: Assembled): Promise<void> {
    if (await exists(assembled.path)) await files.remove(donePath(bucket, uploadId));
    await assembled.giveUp();
  }

  async function removeUpload(bucket: string, uploadId: string): Promise<void> {
    const state = live.get(uploadId);
    if (state) state.closed = true;
    await files.remove(join(folderOf(bucket, uploadId), 'upload.json'));
    await rm(folderOf(bucket, uploadId), { recursive: true, force: true });
    if (state?.slotWriters.size === 0) live.delete(uploadId);
  }

  async function findDone(bucket: string, key: string, uploadId: string): Promise<DoneRecord | null> {
    if (!isUploadId(uploadId)) return null;
    const done = await readDone(donePath(bucket, uploadId));
    if (done?.key !== key) return null;
    return (await exists(join(folderOf(bucket, uploadId), done.source))) ? null : done;
  }

  async function abort(bucket: string, key: string, uploadId: string): Promise<boolean> {
    if (!(await find(bucket, key, uploadId))) return false;
    await locks.hold(uploadId, async () => {
      await liveUpload(bucket, uploadId);
      await removeUpload(bucket, uploadId);
    });
    return true;
  }

  return {
    create,
    find,
    list,
    parts: (bucket, upload) => readParts(folderOf(bucket, upload.uploadId)),
    startPart,
    complete,
    findDone,
    abort,
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
