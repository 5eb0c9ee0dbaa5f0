import { create } from 'zustand';
import type { EngineEvent, Snapshot } from '../../shared/contract/events.ts';
import type { FileView, JobView, SpeedSample } from '../../shared/domain/transfer.ts';

/** One minute of speed for the sparkline. */
const keptSamples = 60;

export type TransfersState = {
  readonly jobs: Readonly<Record<string, JobView>>;
  readonly speed: readonly SpeedSample[];
  /** Newest state of files that changed since their job is on screen; only of such jobs, or 100,000 would pile up. */
  readonly fileChanges: Readonly<Record<string, Readonly<Record<number, FileView>>>>;
  /** Jobs that this window has started: their questions open a dialog, those of others wait in the list. */
  readonly startedHere: ReadonlySet<string>;
};

export const initialTransfers: TransfersState = { jobs: {}, speed: [], fileChanges: {}, startedHere: new Set() };

export function resetTransfers(state: TransfersState, snapshot: Snapshot): TransfersState {
  const jobs = Object.fromEntries(snapshot.jobs.map((job) => [job.id, job]));
  const watched = Object.fromEntries(Object.keys(state.fileChanges).map((id) => [id, {}]));
  return { ...state, jobs, speed: snapshot.speed.slice(-keptSamples), fileChanges: watched };
}

/** Pure. Events carry whole states, so applying one twice changes nothing. */
export function applyToTransfers(state: TransfersState, event: EngineEvent): TransfersState {
  switch (event.type) {
    case 'transfers.job':
      return { ...state, jobs: { ...state.jobs, [event.job.id]: event.job } };
    case 'transfers.jobRemoved': {
      const { [event.jobId]: _job, ...jobs } = state.jobs;
      const { [event.jobId]: _files, ...fileChanges } = state.fileChanges;
      return { ...state, jobs, fileChanges };
    }
    case 'transfers.file': {
      const { file } = event;
      const changes = state.fileChanges[file.jobId];
      if (!changes) return state;
      return { ...state, fileChanges: { ...state.fileChanges, [file.jobId]: { ...changes, [file.id]: file } } };
    }
    case 'transfers.speed': {
      const newest = state.speed.at(-1);
      if (newest && event.sample.atMs <= newest.atMs) return state;
      return { ...state, speed: [...state.speed, event.sample].slice(-keptSamples) };
    }
    case 'connections.changed':
    case 'connections.testStep':
    case 'listing.changed':
    case 'objects.changed':
    case 'preferences.changed':
      return state;
  }
}

/** Pure. Files of a watched job are kept as they change; called when its files come on screen and when they leave. */
export function watchFiles(state: TransfersState, jobId: string, watched: boolean): TransfersState {
  if (watched) return { ...state, fileChanges: { ...state.fileChanges, [jobId]: state.fileChanges[jobId] ?? {} } };
  const { [jobId]: _, ...fileChanges } = state.fileChanges;
  return { ...state, fileChanges };
}

export function rememberStarted(state: TransfersState, jobId: string): TransfersState {
  return { ...state, startedHere: new Set([...state.startedHere, jobId]) };
}

export const useTransfersStore = create<TransfersState>()(() => initialTransfers);
