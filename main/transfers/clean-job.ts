import { relative, join, sep } from 'node:path';
import type { TransferRequest } from '../../shared/domain/transfer.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { OpenConnection } from '../s3/open-connection.ts';
import type { Patience } from './deadlines.ts';
import type { FileRecord, JobRecord, TransferJournal } from './journal.ts';
import { isUnreachable } from './offline.ts';
import type { LocalFiles } from './files/local-files.ts';

const batch = 500;

export type JobCleaner = {
  /**
   * Aborts the uploads (of the connection that was written to) and removes the temporary files that this job left. What
   * could not be aborted (no connection, a silent server) or removed stays in the journal, for the next time this is
   * called: uploads are noted apart from their job as well ([T46]), so only a file that could not be removed is a failure
   * (the first one's).
   */
  discardUnfinished(job: JobRecord, connection: OpenConnection | null, patience: Patience): Promise<Result<void>>;
  /** Removes the spooled copies of a browser upload: never anything outside the spool folder. */
  removeSpool(request: TransferRequest): Promise<void>;
};

export function createJobCleaner(options: {
  readonly journal: TransferJournal;
  readonly files: LocalFiles;
  readonly spoolFolder: string;
}): JobCleaner {
  const { journal, files, spoolFolder } = options;

  /** False: the server of its upload was not reached. */
  async function discardUpload(
    { request }: JobRecord,
    file: FileRecord,
    connection: OpenConnection | null,
    patience: Patience,
  ): Promise<boolean> {
    const { uploadId } = file;
    if (uploadId !== null && connection && request.kind !== 'download') {
      const bucket = request.kind === 'copy' ? request.toBucket : request.bucket;
      const key = file.savedAs ?? file.target;
      const aborted = await patience.wait((signal) => connection.store.abortMultipart(bucket, key, uploadId, signal));
      if (aborted === null) return false;
      if (!aborted.ok && aborted.error.code !== 'NoSuchUpload')
        return !isUnreachable(aborted.error) && aborted.error.code !== 'Stalled';
    } else if (uploadId !== null && connection === null) return true;
    await journal.clearParts(file.id);
    await journal.updateFile(file.id, { tempPath: null, uploadId: null, partBytes: null });
    return true;
  }

  return {
    async discardUnfinished(job, connection, patience) {
      let afterId = -1;
      // One that is not there is waited for once, not for each of a thousand uploads.
      let reached = connection;
      let result: Result<void> = ok();
      for (;;) {
        const found = journal.filesWithLeftovers(job.id, afterId, batch);
        if (found.length === 0) return result;
        afterId = found.at(-1)?.id ?? afterId;
        for (const file of found) {
          const removed = file.tempPath === null ? ok() : await files.remove(file.tempPath);
          if (!removed.ok) result = result.ok ? removed : result;
          else if (!(await discardUpload(job, file, reached, patience))) reached = null;
        }
      }
    },
    async removeSpool(request) {
      if (request.kind !== 'upload' || !request.fromSpool) return;
      const folders = new Set<string>();
      for (const item of request.items) {
        const [spool] = relative(spoolFolder, 'file' in item ? item.file : item.folder).split(sep);
        if (spool !== undefined && spool !== '' && spool !== '..') folders.add(join(spoolFolder, spool));
      }
      for (const folder of folders) await files.removeFolder(folder);
    },
  };
}
