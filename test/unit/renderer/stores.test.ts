import { expect, test } from 'vitest';
import {
  applyToBrowser,
  dropConnection,
  goBack,
  goForward,
  goTo,
  initialBrowser,
} from '../../../renderer/stores/browser-store.ts';
import { applyToConnections, forgetTest, initialConnections } from '../../../renderer/stores/connections-store.ts';
import {
  applyToProgress,
  beginProgress,
  endProgress,
  initialProgress,
} from '../../../renderer/stores/selection-progress-store.ts';
import { crumbsOf, parentOf, type Place } from '../../../renderer/stores/place.ts';
import { countJobs } from '../../../renderer/stores/transfer-list.ts';
import { summarize } from '../../../renderer/stores/transfer-summary.ts';
import {
  applyToTransfers,
  forgetChanges,
  initialTransfers,
  resetTransfers,
  watchFiles,
} from '../../../renderer/stores/transfers-store.ts';
import { defaultPreferences } from '../../../shared/domain/preferences.ts';
import type { EngineEvent } from '../../../shared/contract/events.ts';
import { connectionIdSchema, selectionIdSchema } from '../../../shared/domain/ids.ts';
import { fileViewSchema, type JobView, jobViewSchema } from '../../../shared/domain/transfer.ts';
import { noLimitsView } from '../../../shared/domain/transfer-limits.ts';

const connectionId = connectionIdSchema.parse('conn-1');
const place = (bucket: string | null, prefix = ''): Place => ({ connectionId, bucket, prefix });

const job = (id: string, more: Partial<Record<keyof JobView, unknown>> = {}): JobView =>
  jobViewSchema.parse({
    id,
    kind: 'upload',
    connectionId,
    connectionName: 'one',
    from: 'a',
    to: 'b',
    bucket: 'b',
    state: 'active',
    conflict: 'ask',
    removeSource: false,
    filesTotal: 4,
    filesDone: 1,
    filesSkipped: 0,
    filesFailed: 0,
    bytesTotal: 400,
    bytesDone: 100,
    planned: true,
    verified: { checksum: 0, md5: 0, size: 0 },
    priority: 'normal',
    position: 0,
    canRepeat: false,
    bytesPerSecond: 50,
    secondsLeft: 6,
    createdMs: 1,
    endedMs: null,
    ...more,
  });
const jobEvent = (one: JobView): EngineEvent => ({ type: 'transfers.job', job: one });

test('replaying events leaves every store as it is', () => {
  const file = fileViewSchema.parse({ id: 1, jobId: 'j1', name: 'f', sizeBytes: 1, bytesDone: 0, state: 'active' });
  const events: EngineEvent[] = [
    { type: 'connections.testStep', testId: 't', step: { name: 'clock', state: 'running' } },
    {
      type: 'connections.testStep',
      testId: 't',
      step: { name: 'clock', state: 'ok', note: { code: 'clockAgrees', values: {} } },
    },
    jobEvent(job('j1')),
    { type: 'transfers.file', file },
    { type: 'transfers.speed', sample: { atMs: 5, upBytesPerSecond: 1, downBytesPerSecond: 2 } },
  ];
  const connections = events.reduce(applyToConnections, initialConnections);
  const transfers = events.reduce(applyToTransfers, watchFiles(initialTransfers, 'j1', { fromId: 0, toId: 9 }));
  // A running step that is replayed is followed by its end again.
  expect(events.reduce(applyToConnections, connections)).toEqual(connections);
  expect(events.reduce(applyToTransfers, transfers)).toEqual(transfers);
  expect(connections.testSteps['t']).toEqual([
    { name: 'clock', state: 'ok', note: { code: 'clockAgrees', values: {} } },
  ]);
  expect(forgetTest(connections, 't').testSteps).toEqual({});
});

test('files are kept only while they are on screen, and go with their job', () => {
  const file = fileViewSchema.parse({ id: 1, jobId: 'j1', name: 'f', sizeBytes: 1, bytesDone: 0, state: 'active' });
  const event: EngineEvent = { type: 'transfers.file', file };
  expect(applyToTransfers(initialTransfers, event)).toBe(initialTransfers);
  const watched = applyToTransfers(watchFiles(initialTransfers, 'j1', { fromId: 0, toId: 9 }), event);
  expect(watched.watched['j1']?.changes[1]).toEqual(file);
  const other = { ...event, file: { ...file, id: fileViewSchema.shape.id.parse(10) } };
  expect(applyToTransfers(watched, other)).toBe(watched);
  expect(watchFiles(watched, 'j1', { fromId: 1, toId: 5 }).watched['j1']?.changes[1]).toEqual(file);
  expect(watchFiles(watched, 'j1', { fromId: 2, toId: 5 }).watched['j1']?.changes).toEqual({});
  expect(watchFiles(watched, 'j1', null).watched).toEqual({});
  // What was read since is newer, whatever came before it.
  expect(forgetChanges(watched, [file]).watched['j1']?.changes).toEqual({});
  expect(forgetChanges(watched, [other.file]).watched['j1']?.changes[1]).toEqual(file);
  expect(forgetChanges(initialTransfers, [file])).toBe(initialTransfers);
  const gone: EngineEvent = { type: 'transfers.jobRemoved', jobId: file.jobId };
  expect(applyToTransfers(watched, gone).watched).toEqual({});
  const snapshot = {
    seq: 9,
    connections: [],
    jobs: [job('j2')],
    speed: [],
    limits: noLimitsView,
    orphans: 0,
    changes: { count: 0, failed: 0 },
    rules: [],
    rulesPaused: false,
    preferences: defaultPreferences,
  };
  expect(resetTransfers(watched, snapshot)).toMatchObject({
    jobs: { j2: { id: 'j2' } },
    watched: { j1: { changes: {} } },
  });
});

test('the speed of one minute is kept, in order', () => {
  const sample = (atMs: number): EngineEvent => ({
    type: 'transfers.speed',
    sample: { atMs, upBytesPerSecond: atMs, downBytesPerSecond: 0 },
  });
  const state = [...Array(100).keys(), 50].map(sample).reduce(applyToTransfers, initialTransfers);
  expect(state.speed.map(({ atMs }) => atMs)).toEqual([...Array(60).keys()].map((index) => index + 40));
});

test('the summary counts what is still to do, or what has been done', () => {
  const done = job('j1', {
    state: 'done',
    filesDone: 2,
    filesSkipped: 1,
    filesFailed: 1,
    bytesDone: 400,
    bytesPerSecond: 0,
  });
  const active = job('j2');
  const interrupted = job('j3', { state: 'interrupted', bytesPerSecond: 0 });
  expect(summarize([done])).toMatchObject({ filesDone: 3, filesTotal: 4, moving: 0, secondsLeft: null });
  expect(summarize([done, active, interrupted])).toMatchObject({
    filesDone: 2,
    filesTotal: 8,
    bytesDone: 200,
    bytesPerSecond: 50,
    secondsLeft: 6,
    moving: 1,
    resumable: 1,
    interrupted: 1,
  });
});

test('the summary foresees no more than its jobs do', () => {
  const far = job('j2', { bytesTotal: 10_000_000_000, bytesDone: 10, bytesPerSecond: 10, secondsLeft: null });
  expect(summarize([job('j1')]).secondsLeft).toBe(6);
  expect(summarize([job('j1'), far]).secondsLeft).toBeNull();
  expect(summarize([job('j1', { planned: false })]).secondsLeft).toBeNull();
  // One that waits for its turn is still to be done, at the speed of the others.
  const idle = job('j2', { bytesTotal: 300, bytesDone: 0, bytesPerSecond: 0, secondsLeft: null });
  expect(summarize([job('j1'), idle]).secondsLeft).toBe(12);
  expect(summarize([job('j1', { bytesTotal: 10_000_000 })]).secondsLeft).toBeNull();
});

test('what has failed is counted as the list of failed transfers has it', () => {
  const jobs = [
    job('j1', { state: 'failed' }),
    job('j2', { state: 'cancelled', filesFailed: 1 }),
    job('j3', { state: 'active', filesFailed: 1 }),
    job('j4', { state: 'cancelled' }),
  ];
  expect(summarize(jobs).failed).toBe(2);
  expect(countJobs(jobs).failed).toBe(2);
});

test('back and forward walk the places visited', () => {
  const visited = [place(null), place('b'), place('b', 'x/')].reduce(goTo, initialBrowser);
  const back = goBack(goBack(visited));
  expect(back.place).toEqual(place(null));
  expect(goForward(back).place).toEqual(place('b'));
  expect(goForward(goTo(back, place('c'))).place).toEqual(place('c'));
  expect(dropConnection(visited, connectionId)).toMatchObject({ place: null, back: [], forward: [] });
});

test('the open place is stale when something in it, below it or above it changed, and only then', () => {
  const at = goTo(initialBrowser, place('b', 'x/y/'));
  const stale = (bucket: string | null, prefix: string, id = connectionId) =>
    applyToBrowser(at, { type: 'objects.changed', connectionId: id, bucket, prefix }).staleSerial > at.staleSerial;
  expect(stale('b', 'x/y/')).toBe(true);
  expect(stale('b', 'x/y/z/')).toBe(true);
  expect(stale('b', 'x/')).toBe(true);
  expect(stale('b', 'x/q/')).toBe(false);
  expect(stale('c', 'x/y/')).toBe(false);
  expect(stale(null, '')).toBe(false);
  expect(stale('b', 'x/y/', connectionIdSchema.parse('conn-2'))).toBe(false);
});

test('places go up one name at a time, empty names included, and never above the restriction', () => {
  const root = place(null);
  expect(parentOf(place('b', 'a//b/'), root)).toEqual(place('b', 'a//'));
  expect(parentOf(place('b', 'a//'), root)).toEqual(place('b', 'a/'));
  expect(parentOf(place('b', 'a/'), root)).toEqual(place('b'));
  expect(parentOf(place('b'), root)).toEqual(root);
  expect(parentOf(place('b', 'team/'), place('b', 'team/'))).toBeNull();
  expect(crumbsOf(place('b', 'a//b/'), root).map(({ name }) => name)).toEqual(['b', 'a', '', 'b']);
});

test('how far a deletion is is known from its begin to its end, and only of those begun here', () => {
  const selectionId = selectionIdSchema.parse('sel-1');
  const event: EngineEvent = { type: 'selection.progress', selectionId, doneCount: 5, failedCount: 1 };
  expect(applyToProgress(initialProgress, event)).toBe(initialProgress);
  const begun = beginProgress(initialProgress, selectionId);
  expect(begun.underWay).toEqual({ 'sel-1': null });
  const told = applyToProgress(begun, event);
  expect(told.underWay).toEqual({ 'sel-1': { doneCount: 5, failedCount: 1 } });
  expect(endProgress(told, selectionId)).toEqual(initialProgress);
  expect(applyToProgress(endProgress(told, selectionId), event)).toEqual(initialProgress);
});
