import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { mapFileError } from '../../s3/file-errors.ts';

/** Files dropped in a browser, on their way to an upload job: DATA/spool/<spoolId>/<path>. */
export interface Spool {
  /** An empty folder for one drop. */
  open(): Promise<Result<{ spoolId: string; folder: string }>>;
  /**
   * Writes one file. Refuses what is there already and anything outside; a body that breaks off leaves nothing. Not
   * fsynced: the spool only matters to jobs made after it is complete.
   */
  write(spoolId: string, segments: readonly string[], body: Readable): Promise<Result<void>>;
  /** As `write`, for bytes that are all there. */
  writeSmall(spoolId: string, segments: readonly string[], bytes: Buffer): Promise<Result<void>>;
  /** Makes one folder, for a dropped folder that has nothing in it. Idempotent. */
  makeFolder(spoolId: string, segments: readonly string[]): Promise<Result<void>>;
  /** Removes a drop that was given up; refused once a job has its files. */
  discard(spoolId: string): Promise<Result<void>>;
  /** True for a path strictly below the spool folder. */
  contains(path: string): boolean;
  /** Remembers which job the files at these paths belong to. */
  noteJob(paths: readonly string[], jobId: string): Promise<void>;
  /** Removes what earlier runs left: everything except what a job that has not ended well may still read. */
  removeLeftovers(jobs: readonly JobView[]): Promise<void>;
}

export function openSpool(dataDir: string): Spool {
  const root = resolve(dataDir, 'spool');
  const own = new Set<string>();
  const withJob = new Set<string>();
  /** The folder that files went to last: those of a folder come together. */
  let lastParent = { folder: '', made: Promise.resolve() };
  const makeParent = (folder: string): Promise<void> => {
    if (lastParent.folder !== folder) {
      lastParent = { folder, made: mkdir(folder, { recursive: true, mode: 0o700 }).then(() => undefined) };
    }
    return lastParent.made;
  };
  const noteOf = (spoolId: string): string => join(root, `${spoolId}.job`);
  return {
    open: async () => {
      const spoolId = randomUUID();
      const folder = join(root, spoolId);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
      } catch (failure) {
        return err(mapFileError(failure, folder));
      }
      own.add(spoolId);
      return ok({ spoolId, folder });
    },
    write: async (spoolId, segments, body) => {
      if (!own.has(spoolId)) return err(appError('FileNotFound', { path: spoolId }));
      const path = resolve(root, spoolId, ...segments);
      const folder = resolve(root, spoolId);
      if (!path.startsWith(folder + sep)) return err(appError('UnsafePath', { path: segments.join('/') }));
      let isMade = false;
      try {
        await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
        const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
        file.once('open', () => (isMade = true));
        await pipeline(body, file);
        return ok();
      } catch (failure) {
        if (isMade) await rm(path, { force: true });
        return err(mapFileError(failure, segments.join('/')));
      }
    },
    writeSmall: async (spoolId, segments, bytes) => {
      if (!own.has(spoolId)) return err(appError('FileNotFound', { path: spoolId }));
      const path = resolve(root, spoolId, ...segments);
      const folder = resolve(root, spoolId);
      if (!path.startsWith(folder + sep)) return err(appError('UnsafePath', { path: segments.join('/') }));
      try {
        if (segments.length > 1) await makeParent(dirname(path));
        await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
        return ok();
      } catch (failure) {
        const error = mapFileError(failure, segments.join('/'));
        // What was there before is not ours; half a file is.
        if (error.code !== 'FileExists') await rm(path, { force: true }).catch(() => undefined);
        return err(error);
      }
    },
    makeFolder: async (spoolId, segments) => {
      if (!own.has(spoolId)) return err(appError('FileNotFound', { path: spoolId }));
      const path = resolve(root, spoolId, ...segments);
      if (!path.startsWith(resolve(root, spoolId) + sep)) {
        return err(appError('UnsafePath', { path: segments.join('/') }));
      }
      try {
        await mkdir(path, { recursive: true, mode: 0o700 });
        return ok();
      } catch (failure) {
        return err(mapFileError(failure, segments.join('/')));
      }
    },
    discard: async (spoolId) => {
      if (!own.has(spoolId) || withJob.has(spoolId)) return err(appError('FileNotFound', { path: spoolId }));
      own.delete(spoolId);
      await rm(join(root, spoolId), { recursive: true, force: true });
      return ok();
    },
    contains: (path) => resolve(path).startsWith(root + sep),
    noteJob: async (paths, jobId) => {
      const spoolIds = new Set(paths.map((path) => relative(root, resolve(path)).split(sep)[0] ?? ''));
      for (const spoolId of spoolIds) {
        if (!own.has(spoolId)) continue;
        withJob.add(spoolId);
        await writeFile(noteOf(spoolId), jobId, { mode: 0o600 });
      }
    },
    removeLeftovers: async (jobs) => {
      const states = new Map<string, JobView['state']>(jobs.map((job) => [job.id, job.state]));
      const isNeeded = (state: JobView['state'] | undefined): boolean =>
        state !== undefined && state !== 'done' && state !== 'cancelled';
      const anyUpload = jobs.some((job) => job.kind === 'upload' && isNeeded(job.state));
      const names = await readdir(root).catch(() => []);
      for (const spoolId of names.filter((name) => !name.endsWith('.job') && !own.has(name))) {
        const jobId = await readFile(noteOf(spoolId), 'utf8').catch(() => null);
        // Without a note it may be the drop of a job made in the very moment of a crash.
        if (jobId === null ? anyUpload : isNeeded(states.get(jobId))) continue;
        await rm(join(root, spoolId), { recursive: true, force: true });
      }
      const left = new Set(await readdir(root).catch(() => []));
      for (const name of left) {
        const isOrphan = name.endsWith('.job') && !left.has(name.slice(0, -'.job'.length));
        if (isOrphan) await rm(join(root, name), { force: true });
      }
    },
  };
}
