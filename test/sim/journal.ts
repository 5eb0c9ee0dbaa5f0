import type {
  FilePatch,
  FileRecord,
  JobCounts,
  JobPatch,
  JobRecord,
  PartRecord,
  PlannedFile,
  TransferJournal,
} from '../../main/transfers/journal.ts';
import type { UploadTrace } from '../../main/transfers/upload-traces.ts';
import { countOfVerification, noCounts } from '../../main/transfers/journal.ts';
import { type FileId, fileIdSchema, type JobId } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Dice } from './dice.ts';
import type { Life, Scheduler } from './scheduler.ts';
import type { Sky } from './sky.ts';

/** What is on the disk of the journal. Survives crashes and power cuts. */
export type JournalState = {
  readonly jobs: Map<JobId, JobRecord>;
  readonly files: Map<FileId, FileRecord>;
  readonly parts: Map<FileId, Map<number, PartRecord>>;
  readonly traces: Map<string, UploadTrace>;
  lastFileId: number;
};

/** Told of a commit once it is on the disk. */
export type JournalWatch = {
  onJobCreated(job: JobRecord): void;
  onFileDone(job: JobRecord, file: FileRecord): void;
  onFileChanged(job: JobRecord, file: FileRecord, before: FileRecord): void;
};

export type SimJournal = TransferJournal & {
  /** The engine died: what was about to be committed may have been, all of it or nothing. */
  breakOff(): void;
};

export const emptyJournal = (): JournalState => ({
  jobs: new Map(),
  files: new Map(),
  parts: new Map(),
  traces: new Map(),
  lastFileId: 0,
});

/** Counted from the files each time: the naive reference for counts that are kept in step. */
export function countsOf(state: JournalState, jobId: JobId): JobCounts {
  const counts: Record<keyof JobCounts, number> = { ...noCounts };
  for (const file of state.files.values()) {
    if (file.jobId !== jobId) continue;
    const { sizeBytes } = file.fingerprint;
    counts.filesTotal += 1;
    counts.bytesTotal += sizeBytes;
    if (file.state === 'done') counts.filesDone += 1;
    if (file.state === 'skipped') counts.filesSkipped += 1;
    if (file.state === 'failed') counts.filesFailed += 1;
    if (file.state === 'done' || file.state === 'skipped') counts.bytesEnded += sizeBytes;
    if (file.state === 'done' && file.verification !== null) counts[countOfVerification[file.verification]] += 1;
  }
  return counts;
}

/** TransferJournal with the meaning of SQLite's and its group commit: all writes of a commit, in order, or none of them. */
export function createSimJournal(options: {
  readonly state: JournalState;
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  readonly sky: Sky;
  readonly life: Life;
  readonly watch: JournalWatch;
}): SimJournal {
  const { state, scheduler, dice, sky, life, watch } = options;
  let waiting: { readonly change: () => void; readonly settle: (result: Result<void>) => void }[] = [];
  let isScheduled = false;
  const told: (() => void)[] = [];

  function flush(): void {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const result = commit(batch.map(({ change }) => change));
    for (const { settle } of batch) settle(result);
  }

  function commit(changes: readonly (() => void)[]): Result<void> {
    if (sky.isIn('locked')) return err(appError('DatabaseLocked'));
    if (sky.isIn('diskFull') || dice.chance(sky.weather.commit))
      return sky.fault('commit', err(appError(dice.chance(0.5) ? 'DiskFull' : 'DatabaseLocked')));
    for (const change of changes) change();
    for (const tell of told.splice(0)) tell();
    return ok();
  }

  function write(what: string, change: () => void): Promise<Result<void>> {
    return new Promise((resolve) => {
      waiting.push({ change, settle: resolve });
      if (isScheduled) return;
      isScheduled = true;
      scheduler.after(dice.int(sky.weather.commitMs + 1), `commit ${what}`, life, () => {
        isScheduled = false;
        flush();
      });
    });
  }

  const withCounts = (job: JobRecord): JobRecord => ({ ...job, counts: countsOf(state, job.id) });
  const filesOf = (jobId: JobId) => [...state.files.values()].filter((file) => file.jobId === jobId);
  /** Of a cancelled job, what was still to be moved is cancelled. */
  const seen = (file: FileRecord): FileRecord =>
    state.jobs.get(file.jobId)?.state === 'cancelled' && (file.state === 'queued' || file.state === 'waiting')
      ? { ...file, state: 'cancelled' }
      : file;

  function patchFile(fileId: FileId, patch: FilePatch): void {
    const before = state.files.get(fileId);
    if (before === undefined) return;
    if (patch.uploadId === null && before.uploadId !== null) state.traces.delete(before.uploadId);
    const after = { ...before };
    for (const [name, value] of Object.entries(patch)) if (value !== undefined) Object.assign(after, { [name]: value });
    state.files.set(fileId, after);
    const job = state.jobs.get(after.jobId);
    if (job === undefined) return;
    told.push(() => watch.onFileChanged(job, after, before));
    if (after.state === 'done' && before.state !== 'done') told.push(() => watch.onFileDone(job, after));
  }

  function insertFile(jobId: JobId, file: PlannedFile): boolean {
    const isKnown = filesOf(jobId).some((each) => each.source === file.source && each.target === file.target);
    if (isKnown) return false;
    const id = fileIdSchema.parse((state.lastFileId += 1));
    state.files.set(id, {
      ...file,
      id,
      jobId,
      state: file.error ? 'failed' : 'queued',
      answer: null,
      uploadId: null,
      keepsChecksum: false,
      writeBegun: false,
      partBytes: null,
      tempPath: null,
      verification: null,
      savedAs: null,
      inTheWay: null,
    });
    return true;
  }

  return {
    breakOff() {
      if (!dice.chance(0.5) || waiting.length === 0) return;
      commit(waiting.map(({ change }) => change));
    },
    jobs() {
      flush();
      const jobs = [...state.jobs.values()].map(withCounts);
      return jobs.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
    },
    job(jobId) {
      flush();
      const job = state.jobs.get(jobId);
      return job ? withCounts(job) : null;
    },
    file(fileId) {
      flush();
      const file = state.files.get(fileId);
      return file === undefined ? null : seen(file);
    },
    files(jobId, { states, withReason, from, count }) {
      flush();
      const all = filesOf(jobId)
        .map(seen)
        .filter((file) => states === undefined || states.includes(file.state))
        .filter((file) => withReason !== true || file.error !== null);
      return { files: all.slice(from, from + count), total: all.length };
    },
    filesAfter(jobId, states, afterId, limit) {
      flush();
      const all = filesOf(jobId).map(seen);
      return all.filter((file) => states.includes(file.state) && file.id > afterId).slice(0, limit);
    },
    filesWithLeftovers(jobId, afterId, limit) {
      flush();
      const all = filesOf(jobId).filter((file) => file.tempPath !== null || file.uploadId !== null);
      const open = all.filter((file) => file.state !== 'done' && file.state !== 'skipped' && file.id > afterId);
      return open.map(seen).slice(0, limit);
    },
    parts(fileId) {
      flush();
      return [...(state.parts.get(fileId)?.values() ?? [])].sort((a, b) => a.partNumber - b.partNumber);
    },
    bytesInParts(jobId) {
      flush();
      const bytes = new Map<FileId, number>();
      for (const file of filesOf(jobId)) {
        const parts = state.parts.get(file.id);
        if (parts === undefined || parts.size === 0 || (file.state !== 'queued' && file.state !== 'waiting')) continue;
        bytes.set(
          file.id,
          [...parts.values()].reduce((sum, part) => sum + part.sizeBytes, 0),
        );
      }
      return bytes;
    },
    // Does not commit what waits: it sees what addFiles has answered for.
    sourceOfTarget: (jobId, target) => filesOf(jobId).find((file) => file.target === target)?.source ?? null,

    sourcesOfTargets(jobId, targets) {
      const sources = new Map<string, string>();
      for (const file of filesOf(jobId))
        if (targets.includes(file.target) && !sources.has(file.target)) sources.set(file.target, file.source);
      return sources;
    },

    rememberUpload: (trace) => write('trace', () => void state.traces.set(trace.uploadId, trace)),
    forgetUpload: ({ uploadId }) => write('forget trace', () => void state.traces.delete(uploadId)),
    uploadTraces() {
      flush();
      const isWanted = (uploadId: string) =>
        [...state.files.values()].some((file) => file.uploadId === uploadId && seen(file).state !== 'cancelled');
      return [...state.traces.values()].map((trace) => ({ ...trace, orphaned: !isWanted(trace.uploadId) }));
    },

    createJob: (job) =>
      write('job', () => {
        state.jobs.set(job.id, job);
        told.push(() => watch.onJobCreated(job));
      }),
    updateJob: (jobId, patch: JobPatch) =>
      write(
        `job ${Object.entries(patch)
          .map(([name, value]) => `${name}=${typeof value === 'object' ? (value?.code ?? '-') : value}`)
          .join(' ')}`,
        () => {
          const job = state.jobs.get(jobId);
          if (job !== undefined) state.jobs.set(jobId, { ...job, ...patch });
        },
      ),
    removeJob: (jobId) =>
      write('remove job', () => {
        for (const { id } of filesOf(jobId)) {
          state.files.delete(id);
          state.parts.delete(id);
        }
        state.jobs.delete(jobId);
      }),
    async addFiles(jobId, files) {
      if (files.length === 0) return ok([]);
      let added: readonly PlannedFile[] = [];
      const saved = await write('files', () => {
        added = files.filter((file) => insertFile(jobId, file));
      });
      return saved.ok ? ok(added) : saved;
    },
    updateFile: (fileId, patch) =>
      write(`file ${fileId} ${Object.keys(patch).join(' ')}`, () => patchFile(fileId, patch)),
    async updateFiles(jobId, states, patch) {
      for (const part of ['first', 'rest']) {
        const saved = await write(`${part} files ${Object.keys(patch).join(' ')}`, () => {
          const chosen = filesOf(jobId).filter((file) => states.includes(file.state));
          // A crash may come between any two of them; that between the first and the others stands for all.
          for (const { id } of part === 'first' ? chosen.slice(0, 1) : chosen) patchFile(id, patch);
        });
        if (!saved.ok) return saved;
      }
      return ok();
    },
    savePart: (fileId, part) =>
      write(`part ${fileId}#${part.partNumber}`, () => {
        // A part without its file breaks a constraint of the database.
        if (!state.files.has(fileId)) throw new Error(`a part of file ${fileId}, which is not there`);
        const parts = state.parts.get(fileId);
        if (parts === undefined) state.parts.set(fileId, new Map([[part.partNumber, part]]));
        else parts.set(part.partNumber, part);
      }),
    clearParts: (fileId) => write(`clear parts ${fileId}`, () => void state.parts.delete(fileId)),
  };
}
