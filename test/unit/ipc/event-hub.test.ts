import { describe, expect, test, vi } from 'vitest';
import { createEventHub } from '../../../main/ipc/event-hub.ts';
import { defaultPreferences } from '../../../shared/domain/preferences.ts';
import type { EngineEvent, EventBatch } from '../../../shared/contract/events.ts';
import { connectionIdSchema, jobIdSchema, listingIdSchema } from '../../../shared/domain/ids.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';
import { noLimitsView } from '../../../shared/domain/transfer-limits.ts';

const listing = (id: string, version: number): EngineEvent => ({
  type: 'listing.changed',
  status: {
    listingId: listingIdSchema.parse(id),
    version,
    state: 'listing',
    total: version,
    count: version,
    selection: { items: 0, folders: 0, bytes: 0 },
  },
});
const sample = (atMs: number): EngineEvent => ({
  type: 'transfers.speed',
  sample: { atMs, upBytesPerSecond: 0, downBytesPerSecond: 0 },
});
const state = async () => ({
  connections: [],
  jobs: [],
  speed: [],
  limits: noLimitsView,
  rules: [],
  rulesPaused: false,
  orphans: 0,
  changes: { count: 0, failed: 0 },
  preferences: defaultPreferences,
});

function setup() {
  const clock = createManualClock();
  const failures: unknown[] = [];
  const hub = createEventHub(clock, (thrown) => failures.push(thrown));
  const batches: EventBatch[] = [];
  const end = hub.subscribe((batch) => batches.push(batch));
  return { clock, hub, batches, end, failures };
}

describe('the event hub', () => {
  test('sends at most ten batches a second, in order, without a gap', () => {
    const { clock, hub, batches } = setup();
    for (let ms = 0; ms < 1000; ms += 5) {
      hub.emit(listing('a', ms));
      clock.advance(5);
    }
    expect(batches.length).toBeGreaterThanOrEqual(10);
    expect(batches.length).toBeLessThanOrEqual(11);
    expect(batches.map((batch) => batch.seq)).toEqual(batches.map((_, index) => index + 1));
    clock.advance(1000);
    expect(batches.at(-1)?.events).toEqual([listing('a', 995)]);
  });

  test('sends the first event after a pause at once', () => {
    const { clock, hub, batches } = setup();
    hub.emit(listing('a', 1));
    clock.advance(0);
    expect(batches).toHaveLength(1);
  });

  test('keeps the last of several about the same thing, and all samples', () => {
    const { clock, hub, batches } = setup();
    for (const event of [listing('a', 1), sample(1), listing('b', 1), listing('a', 2), sample(2)]) hub.emit(event);
    clock.advance(100);
    expect(batches).toEqual([{ seq: 1, events: [sample(1), listing('b', 1), listing('a', 2), sample(2)] }]);
  });

  test('a job that is removed is not brought back by what was said of it before', () => {
    const { clock, hub, batches } = setup();
    const jobId = jobIdSchema.parse('j1');
    const job = { type: 'transfers.job', job: { id: jobId } } as EngineEvent;
    hub.emit(job);
    hub.emit({ type: 'transfers.jobRemoved', jobId });
    clock.advance(100);
    expect(batches[0]?.events).toEqual([{ type: 'transfers.jobRemoved', jobId }]);
  });

  test('a snapshot is consistent with the batches: what was collected goes out before it', async () => {
    const { clock, hub, batches } = setup();
    hub.emit(listing('a', 1));
    clock.advance(0);
    hub.emit(listing('a', 2));
    const reading = hub.snapshot(async () => {
      hub.emit(listing('a', 3));
      return state();
    });
    expect((await reading).seq).toBe(2);
    expect(batches.map((batch) => batch.seq)).toEqual([1, 2]);
    clock.advance(100);
    expect(batches[2]).toEqual({ seq: 3, events: [listing('a', 3)] });
  });

  test('counts on when nobody listens, and a listener that throws harms nobody', () => {
    const { clock, hub, batches, end, failures } = setup();
    hub.subscribe(() => {
      throw new Error('broken listener');
    });
    const other = vi.fn<(batch: EventBatch) => void>();
    hub.subscribe(other);
    end();
    hub.emit(listing('a', 1));
    clock.advance(100);
    expect(batches).toEqual([]);
    expect(failures).toHaveLength(1);
    expect(other).toHaveBeenCalledTimes(1);
  });

  test('closing sends what is left and leaves no timer', () => {
    const { clock, hub, batches } = setup();
    hub.emit({ type: 'objects.changed', connectionId: connectionIdSchema.parse('c'), bucket: 'b', prefix: '' });
    hub.close();
    hub.emit(listing('a', 1));
    clock.advance(1000);
    expect(batches).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });
});
