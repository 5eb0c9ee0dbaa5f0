import { create } from 'zustand';
import type { EngineEvent, Snapshot } from '../../shared/contract/events.ts';
import { type LimitsView, noLimitsView } from '../../shared/domain/transfer-limits.ts';
import type { FileView, JobView, SpeedSample } from '../../shared/domain/transfer.ts';

/** One minute of speed for the sparkline. */
const keptSamples = 60;

export type TransfersState = {
  readonly jobs: Readonly<Record<string, JobView>>;
  readonly speed: readonly SpeedSample[];
  readonly limits: LimitsView;
  /** Uploads of ours that nobody goes on with, as far as the engine has looked. */
  readonly orphans: number;
  /** Files on screen, by job, with their newest state since they were read; of no others, or a million would pile up. */
  readonly watched: Readonly<Record<string, WatchedFiles>>;
  /** Jobs that this window has started: their questions open a dialog, those of others wait in the list. */
  readonly startedHere: ReadonlySet<string>;
  /** Taken off the list by the person, who may still undo it: the engine is told afterwards. */
  readonly leaving: ReadonlySet<string>;
};

/** File ids ascend in the order of the list, so that what is on screen is an interval of them. */
export type WatchedFiles = {
  readonly fromId: number;
  readonly toId: number;
  readonly changes: Readonly<Record<number, FileView>>;
};

export const initialTransfers: TransfersState = {
  jobs: {},
  speed: [],
  limits: noLimitsView,
  orphans: 0,
  watched: {},
  startedHere: new Set(),
  leaving: new Set(),
};

export function resetTransfers(state: TransfersState, snapshot: Snapshot): TransfersState {
  const jobs = Object.fromEntries(snapshot.jobs.map((job) => [job.id, job]));
  const watched = Object.fromEntries(Object.entries(state.watched).map(([id, one]) => [id, { ...one, changes: {} }]));
  return {
    ...state,
    jobs,
    speed: snapshot.speed.slice(-keptSamples),
    limits: snapshot.limits,
    orphans: snapshot.orphans,
    watched,
  };
}

/** Pure. Events carry whole states, so applying one twice changes nothing. */
export function applyToTransfers(state: TransfersState, event: EngineEvent): TransfersState {
  switch (event.type) {
    case 'transfers.job':
      return { ...state, jobs: { ...state.jobs, [event.job.id]: event.job } };
    case 'transfers.jobRemoved': {
      const { [event.jobId]: _job, ...jobs } = state.jobs;
      const { [event.jobId]: _files, ...watched } = state.watched;
      const gone = [event.jobId];
      const startedHere = without(state.startedHere, gone);
      return { ...state, jobs, watched, startedHere, leaving: without(state.leaving, gone) };
    }
    case 'transfers.file': {
      const { file } = event;
      const files = state.watched[file.jobId];
      if (!files || file.id < files.fromId || file.id > files.toId) return state;
      const changed = { ...files, changes: { ...files.changes, [file.id]: file } };
      return { ...state, watched: { ...state.watched, [file.jobId]: changed } };
    }
    case 'transfers.speed': {
      const newest = state.speed.at(-1);
      if (newest && event.sample.atMs <= newest.atMs) return state;
      return { ...state, speed: [...state.speed, event.sample].slice(-keptSamples) };
    }
    case 'transfers.limits':
      return { ...state, limits: event.limits };
    case 'transfers.orphans':
      return { ...state, orphans: event.count };
    case 'changes.underWay':
    case 'connections.changed':
    case 'connections.testStep':
    case 'listing.changed':
    case 'objects.changed':
    case 'preferences.changed':
    case 'selection.progress':
    case 'rules.changed':
    case 'rules.runChanged':
    case 'rules.notice':
    case 'audit.changed':
      return state;
  }
}

/** Pure. Says which files of a job are on screen: changes of theirs are kept. Null: none are any more. */
export function watchFiles(
  state: TransfersState,
  jobId: string,
  ids: { readonly fromId: number; readonly toId: number } | null,
): TransfersState {
  const { [jobId]: before, ...others } = state.watched;
  if (ids === null) return { ...state, watched: others };
  const kept = Object.values(before?.changes ?? {}).filter(({ id }) => id >= ids.fromId && id <= ids.toId);
  const changes = Object.fromEntries(kept.map((file) => [file.id, file]));
  return { ...state, watched: { ...others, [jobId]: { ...ids, changes } } };
}

/** Pure. What has just been read of these files is newer than the changes that are kept of them. */
export function forgetChanges(state: TransfersState, files: readonly FileView[]): TransfersState {
  const [first] = files;
  const before = first && state.watched[first.jobId];
  if (!first || !before) return state;
  const read = new Set(files.map(({ id }) => id));
  const kept = Object.values(before.changes).filter(({ id }) => !read.has(id));
  const changes = Object.fromEntries(kept.map((file) => [file.id, file]));
  return { ...state, watched: { ...state.watched, [first.jobId]: { ...before, changes } } };
}

/** Pure. Takes ended jobs off the list, and puts them back. */
export function takeOff(state: TransfersState, jobIds: readonly string[]): TransfersState {
  return { ...state, leaving: new Set([...state.leaving, ...jobIds]) };
}

export function putBack(state: TransfersState, jobIds: readonly string[]): TransfersState {
  return { ...state, leaving: without(state.leaving, jobIds) };
}

function without(ids: ReadonlySet<string>, gone: readonly string[]): ReadonlySet<string> {
  return gone.some((id) => ids.has(id)) ? new Set([...ids].filter((id) => !gone.includes(id))) : ids;
}

export function rememberStarted(state: TransfersState, jobId: string): TransfersState {
  return { ...state, startedHere: new Set([...state.startedHere, jobId]) };
}

export const useTransfersStore = create<TransfersState>()(() => initialTransfers);
