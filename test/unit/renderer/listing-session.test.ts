import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../../shared/contract/events.ts';
import { connectionIdSchema } from '../../../shared/domain/ids.ts';
import type { ListingRow, ListingStatus, ListingView } from '../../../shared/domain/listing.ts';
import { defaultPreferences } from '../../../shared/domain/preferences.ts';
import { type AppError, appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import {
  emptySnapshot,
  type ListingSession,
  type ListingSnapshot,
  openListingSession,
} from '../../../renderer/listing/listing-session.ts';
import { applyToListings, initialListings } from '../../../renderer/stores/listing-store.ts';
import { createFakeEngine, type EngineAnswers } from '../../fakes/fake-engine-client.ts';
import { addRow, createListingAnswers } from '../../fakes/listing-answers.ts';

const connectionId = connectionIdSchema.parse('c');
const byName: ListingView = { sortBy: 'name', descending: false, filter: '' };
const object = (name: string, sizeBytes = 10): ListingRow => ({
  type: 'object',
  name,
  key: name,
  sizeBytes,
  modifiedMs: null,
  etag: null,
  storageClass: null,
});
const folder = (name: string): ListingRow => ({ type: 'folder', name, prefix: `${name}/` });
const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

type Page = ListingRow[] | AppError | null;

/** Pages that the test hands out one by one; an error or `null` ends the listing. */
function createPages() {
  const ready: Page[] = [];
  let wake = () => {};
  return {
    give(page: Page) {
      ready.push(page);
      wake();
    },
    async next(): Promise<Page> {
      while (ready.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return ready.shift() ?? null;
    },
  };
}

/** A session on the engine's own index; events are kept back until `deliver`. */
function open(change: (answers: EngineAnswers) => EngineAnswers = (answers) => answers) {
  const pages = createPages();
  const undelivered: ListingStatus[] = [];
  const listings = createListingAnswers(
    async () =>
      ok({
        place: { type: 'folder', connectionId, leadsTo: '', bucket: 'b', prefix: '' },
        base: '',
        source: async function* list(table) {
          for (;;) {
            const page = await pages.next();
            if (page === null) return;
            if (!Array.isArray(page)) return yield err(page);
            for (const row of page) addRow(table, row);
            yield ok();
          }
        },
      }),
    (event) => event.type === 'listing.changed' && undelivered.push(event.status),
  );
  const engine = createFakeEngine(change(listings.answers), () => ({
    connections: [],
    jobs: [],
    speed: [],
    preferences: defaultPreferences,
  }));
  let seen: ListingSnapshot = emptySnapshot;
  const session: ListingSession = openListingSession(
    engine,
    { connectionId, bucket: 'b', prefix: '' },
    byName,
    (next) => {
      seen = next;
    },
  );
  const at = (index: number) => seen.rowAt(index)?.name;
  return {
    session,
    engine,
    listings,
    pages,
    undelivered,
    now: () => seen,
    names: () => Array.from({ length: seen.status?.count ?? 0 }, (_, index) => at(index)),
    selectedNames: () =>
      seen.selected.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => at(from + index))),
    deliver: async () => {
      await settle();
      for (const status of undelivered.splice(0)) session.takeStatus(status);
      await settle();
    },
    calls: (name: string) => engine.calls.filter((call) => call.name === name).length,
  };
}

const pick = (session: ListingSession, index: number) =>
  session.select({ mode: 'only', intervals: [{ from: index, to: index }] }, { active: index, anchor: index });

describe('a place on screen', () => {
  test('shows rows as pages arrive and closes its listing when left', async () => {
    const { session, pages, names, deliver, listings, now } = open();
    pages.give([object('b'), object('c')]);
    await deliver();
    expect(names()).toEqual(['b', 'c']);
    pages.give([object('a')]);
    await deliver();
    expect(names()).toEqual(['a', 'b', 'c']);
    pages.give(null);
    await deliver();
    expect(now().status?.state).toBe('complete');
    session.close();
    await settle();
    expect(listings.openCount()).toBe(0);
  });

  test('a status that is replayed, late or of another listing changes nothing', async () => {
    const { session, pages, undelivered, names, now, deliver } = open();
    pages.give([object('a')]);
    await settle();
    const [first] = undelivered.splice(0);
    pages.give([object('b')]);
    pages.give(null);
    await deliver();
    const complete = now().status;
    if (first) {
      session.takeStatus(first);
      session.takeStatus({ ...first, listingId: `${first.listingId}x` as typeof first.listingId, version: 99 });
    }
    if (complete) session.takeStatus(complete);
    await settle();
    expect(now().status).toEqual(complete);
    expect(names()).toEqual(['a', 'b']);
  });

  test('an answer that an event has overtaken does not say that it is still being listed', async () => {
    let release = () => {};
    const { pages, deliver, now, names } = open((answers) => ({
      ...answers,
      'listing.rows': async (input) => {
        const answer = await answers['listing.rows']?.(input);
        await new Promise<void>((resolve) => (release = resolve));
        return answer ?? err(appError('Unsupported'));
      },
    }));
    pages.give([object('a')]);
    await deliver();
    pages.give(null);
    await deliver();
    release();
    await settle();
    expect(names()).toEqual(['a']);
    expect(now().status?.state).toBe('complete');
  });

  test('a refresh that fails is told, beside the rows that were there', async () => {
    const { session, pages, deliver, now, names } = open();
    pages.give([object('a')]);
    pages.give(null);
    await deliver();
    session.refresh();
    pages.give(appError('AccessDenied'));
    await deliver();
    expect(now().status).toMatchObject({ state: 'failed', error: { code: 'AccessDenied' } });
    expect(names()).toEqual(['a']);
    session.refresh();
    pages.give([object('a')]);
    pages.give(null);
    await deliver();
    expect(now().status?.state).toBe('complete');
    expect(now().status?.error).toBeUndefined();
  });

  test('statuses that come before the answer to the opening count', async () => {
    let release = () => {};
    const { pages, deliver, names } = open((answers) => ({
      ...answers,
      'listing.open': async (input) => {
        const answer = await answers['listing.open']?.(input);
        await new Promise<void>((resolve) => (release = resolve));
        return answer ?? err(appError('Unsupported'));
      },
    }));
    pages.give([object('a')]);
    await deliver();
    expect(names()).toEqual([]);
    release();
    await settle();
    expect(names()).toEqual(['a']);
  });

  test('a gap in the events is mended by the next answer', async () => {
    const { session, pages, undelivered, names } = open();
    pages.give([object('a')]);
    pages.give([object('b')]);
    await settle();
    undelivered.length = 0;
    session.refresh();
    pages.give(null);
    await settle();
    expect(names()).toEqual(['a', 'b']);
  });

  test('one that the engine has dropped is opened anew', async () => {
    let drop = false;
    const { session, pages, names, deliver, calls } = open((answers) => ({
      ...answers,
      'listing.refresh': (input) =>
        drop ? err(appError('ListingNotFound')) : (answers['listing.refresh']?.(input) ?? err(appError('Unsupported'))),
    }));
    pages.give([object('a')]);
    await deliver();
    drop = true;
    session.refresh();
    await settle();
    pages.give([object('b')]);
    await deliver();
    expect(calls('listing.open')).toBe(2);
    expect(names()).toEqual(['b']);
  });

  test('a failure to open is told, and tried again when asked to refresh', async () => {
    let fails = true;
    const { session, now, deliver } = open((answers) => ({
      ...answers,
      'listing.open': (input) =>
        fails ? err(appError('AccessDenied')) : (answers['listing.open']?.(input) ?? err(appError('Unsupported'))),
    }));
    await settle();
    expect(now().error?.code).toBe('AccessDenied');
    fails = false;
    session.refresh();
    await deliver();
    expect(now()).toMatchObject({ error: null, status: { state: 'listing' } });
  });
});

describe('the selection', () => {
  test('is shown at once, sent one change after the other, and replaced by the answer', async () => {
    const answered: (() => void)[] = [];
    let inFlight = 0;
    let most = 0;
    const { session, pages, deliver, now, selectedNames } = open((answers) => ({
      ...answers,
      'listing.select': async (input) => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        await new Promise<void>((resolve) => answered.push(resolve));
        inFlight -= 1;
        return answers['listing.select']?.(input) ?? err(appError('Unsupported'));
      },
    }));
    pages.give(['a', 'b', 'c', 'd'].map((name) => object(name)));
    await deliver();
    pick(session, 0);
    session.select({ mode: 'toggle', intervals: [{ from: 2, to: 3 }] }, { active: 2, anchor: 2 });
    expect(selectedNames()).toEqual(['a', 'c', 'd']);
    expect(now().selectedItems).toBe(3);
    for (let turn = 0; turn < 4; turn += 1) {
      await settle();
      answered.shift()?.();
    }
    await deliver();
    expect(most).toBe(1);
    expect(selectedNames()).toEqual(['a', 'c', 'd']);
    expect(now().status?.selection).toEqual({ items: 3, folders: 0, bytes: 30 });
  });

  test('a click that another click forgets is not sent when it has not been yet', async () => {
    const { session, pages, deliver, calls, selectedNames } = open();
    pages.give(['a', 'b', 'c', 'd', 'e'].map((name) => object(name)));
    await deliver();
    for (const index of [0, 1, 2, 3, 4]) pick(session, index);
    await deliver();
    expect(calls('listing.select')).toBe(2);
    expect(selectedNames()).toEqual(['e']);
  });

  test('stays with its rows while others come before them, and never grows by itself', async () => {
    const { session, pages, deliver, selectedNames, now } = open();
    pages.give(['m', 'n', 'o'].map((name) => object(name)));
    await deliver();
    session.select({ mode: 'all' }, { active: 0, anchor: 0 });
    await deliver();
    pages.give([...['a', 'b', 'z'].map((name) => object(name)), folder('zz')]);
    await deliver();
    expect(selectedNames()).toEqual(['m', 'n', 'o']);
    expect(now().selectedItems).toBe(3);
    // The focus is on the row it was on.
    expect(now().rowAt(now().cursor.active)?.name).toBe('m');
  });

  test('a click means the row that was on screen, not the one that has come to its place', async () => {
    const { session, pages, deliver, selectedNames, undelivered } = open();
    pages.give(['m', 'n', 'o'].map((name) => object(name)));
    await deliver();
    pages.give(['a', 'b'].map((name) => object(name)));
    await settle();
    // The window has not heard of the new rows yet.
    pick(session, 1);
    await settle();
    expect(undelivered.length).toBeGreaterThan(0);
    await deliver();
    expect(selectedNames()).toEqual(['n']);
  });

  test('a range whose ends were seen at different times takes what lies between them now', async () => {
    const { session, pages, deliver, selectedNames, now } = open();
    pages.give(['f', 'm', 'p'].map((name) => object(name)));
    await deliver();
    pick(session, 0);
    await deliver();
    pages.give(['a', 'b', 'k'].map((name) => object(name)));
    await deliver();
    const { anchor } = now().cursor;
    expect(now().rowAt(anchor)?.name).toBe('f');
    const p = now().status?.count ?? 0;
    session.select({ mode: 'only', intervals: [{ from: anchor, to: p - 1 }] }, { active: p - 1, anchor });
    await deliver();
    expect(selectedNames()).toEqual(['f', 'k', 'm', 'p']);
  });

  /** Listed again, with other rows, before the window hears of it. */
  const relist = async ({ engine, now, pages }: ReturnType<typeof open>, rows: readonly (string | ListingRow)[]) => {
    const listingId = now().status?.listingId;
    if (listingId === undefined) throw new Error('not open');
    await engine.call('listing.refresh', { listingId });
    pages.give(asRows(rows));
    pages.give(null);
    await settle();
  };
  const asRows = (rows: readonly (string | ListingRow)[]) =>
    rows.map((row) => (typeof row === 'string' ? object(row) : row));
  const complete = async (
    rows: readonly (string | ListingRow)[],
    change: (answers: EngineAnswers) => EngineAnswers = (answers) => answers,
  ) => {
    const opened = open(change);
    opened.pages.give(asRows(rows));
    opened.pages.give(null);
    await opened.deliver();
    return opened;
  };
  const reverse = async ({ engine, now }: ReturnType<typeof open>) => {
    const listingId = now().status?.listingId;
    if (listingId === undefined) throw new Error('not open');
    await engine.call('listing.setView', { listingId, view: { ...byName, descending: true } });
  };

  test('a click while the place is listed again takes the row that was clicked, and what is held waits for it', async () => {
    const opened = await complete(['a', 'b', 'c']);
    const { session, now, selectedNames, deliver } = opened;
    session.select({ mode: 'all' }, { active: 0, anchor: 0 });
    await deliver();
    await relist(opened, ['0', 'a', 'b', 'c']);
    pick(session, 2);
    const held = await session.hold();
    expect(held.ok && held.value.names).toEqual(['c']);
    await deliver();
    expect(selectedNames()).toEqual(['c']);
    expect(now().selectedItems).toBe(1);
  });

  test('a click in another order than the one that is shown takes the row that was clicked', async () => {
    const opened = await complete(['a', 'b', 'c']);
    await reverse(opened);
    pick(opened.session, 0);
    await opened.deliver();
    expect(opened.names()).toEqual(['c', 'b', 'a']);
    expect(opened.selectedNames()).toEqual(['a']);
  });

  test('clicks that came too late are made up for in their order', async () => {
    const opened = await complete(['a', 'b', 'c', 'd']);
    const { session, deliver, selectedNames } = opened;
    session.select({ mode: 'all' }, { active: 0, anchor: 0 });
    await deliver();
    await relist(opened, ['0', 'a', 'b', 'c', 'd']);
    pick(session, 0);
    session.select({ mode: 'toggle', intervals: [{ from: 2, to: 2 }] }, { active: 2, anchor: 2 });
    await deliver();
    expect(selectedNames()).toEqual(['a', 'c']);
  });

  test('a click on a row that is gone by then changes nothing', async () => {
    const opened = await complete(['a', 'b', 'c']);
    const { session, deliver, selectedNames } = opened;
    pick(session, 0);
    await deliver();
    await relist(opened, ['a', 'c']);
    pick(session, 1);
    await deliver();
    expect(selectedNames()).toEqual(['a']);
  });

  test('a range takes what lies between its ends after a refresh, and nothing in another order', async () => {
    const range = { mode: 'only' as const, intervals: [{ from: 1, to: 2 }] };
    const refreshed = await complete(['a', 'b', 'd', 'e']);
    pick(refreshed.session, 1);
    await refreshed.deliver();
    await relist(refreshed, ['0', 'a', 'b', 'c', 'd', 'e']);
    refreshed.session.select(range, { active: 2, anchor: 1 });
    await refreshed.deliver();
    expect(refreshed.selectedNames()).toEqual(['b', 'c', 'd']);

    const reversed = await complete(['a', 'b', 'd', 'e']);
    pick(reversed.session, 1);
    await reversed.deliver();
    reversed.session.setView({ ...byName, descending: true });
    reversed.session.select(range, { active: 2, anchor: 1 });
    await reversed.deliver();
    expect(reversed.selectedNames()).toEqual(['b']);
  });

  test('a late click on an object never takes the folder of the same name, on screen or not', async () => {
    let areRowsHeld = false;
    const releases: (() => void)[] = [];
    const opened = await complete([folder('a'), object('a')], (answers) => ({
      ...answers,
      'listing.rows': async (input) => {
        // The page on screen is slow; a single row is not.
        if (areRowsHeld && input.count > 1) await new Promise<void>((resolve) => releases.push(resolve));
        return answers['listing.rows']?.(input) ?? err(appError('Unsupported'));
      },
    }));
    await relist(opened, [folder('0'), folder('a'), object('a')]);
    areRowsHeld = true;
    expect(opened.now().rowAt(1)?.type).toBe('object');
    pick(opened.session, 1);
    const held = await opened.session.hold();
    if (!held.ok) throw new Error(held.error.code);
    const rows = opened.listings.held(held.value.selectionId)?.rows() ?? [];
    expect([...rows].map((row) => row.type)).toEqual(['object']);
    areRowsHeld = false;
    for (const release of releases) release();
    await opened.deliver();
  });

  test('a range whose end has moved among the others by its size is not taken', async () => {
    const opened = await complete([object('a', 1), object('b', 2), object('c', 3), object('d', 4)]);
    opened.session.setView({ ...byName, sortBy: 'size' });
    await opened.deliver();
    pick(opened.session, 0);
    await opened.deliver();
    await relist(opened, [object('a', 9), object('b', 2), object('c', 3), object('d', 4)]);
    opened.session.select({ mode: 'only', intervals: [{ from: 0, to: 1 }] }, { active: 1, anchor: 0 });
    await opened.deliver();
    expect(opened.names()).toEqual(['b', 'c', 'd', 'a']);
    expect(opened.selectedNames()).toEqual(['a']);
  });

  test('a click that a later one would have replaced counts when the later one cannot', async () => {
    const opened = await complete(['a', 'b', 'c', 'd']);
    const { session, deliver, selectedNames } = opened;
    session.select({ mode: 'all' }, { active: 0, anchor: 0 });
    await deliver();
    await relist(opened, ['0', 'a', 'b', 'd']);
    pick(session, 0);
    pick(session, 1);
    pick(session, 2);
    const held = await session.hold();
    expect(held.ok && held.value.names).toEqual(['b']);
    await deliver();
    expect(selectedNames()).toEqual(['b']);
  });

  test('while a late click is looked for, no other row is shown as selected', async () => {
    const seen: (string | undefined)[][] = [];
    const opened = await complete(['a', 'b', 'c'], (answers) => ({
      ...answers,
      'listing.find': async (input) => {
        await settle();
        seen.push(opened.selectedNames());
        return answers['listing.find']?.(input) ?? err(appError('Unsupported'));
      },
    }));
    await relist(opened, ['0', 'a', 'b', 'c']);
    pick(opened.session, 2);
    await opened.deliver();
    expect(opened.selectedNames()).toEqual(['c']);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.flat().filter((name) => name !== 'c')).toEqual([]);
  });

  test('an event that is older than an answer does not bring an old summary back', async () => {
    const { session, pages, deliver, now } = open();
    pages.give(['a', 'b'].map((name) => object(name)));
    await deliver();
    const before = now().status;
    pick(session, 0);
    await settle();
    expect(now().selectedItems).toBe(1);
    // Told before the click, delivered after its answer.
    if (before) session.takeStatus(before);
    await settle();
    expect(now().selectedItems).toBe(1);
    expect(now().status?.selection.items).toBe(1);
  });

  test('what is held is what was asked for, with all that came before', async () => {
    const { session, pages, deliver, listings } = open();
    pages.give(['a', 'b', 'c'].map((name) => object(name)));
    await deliver();
    pick(session, 0);
    session.select({ mode: 'add', intervals: [{ from: 2, to: 2 }] }, { active: 2, anchor: 2 });
    const held: Result<{ selectionId: string; names: string[] }> = await session.hold();
    if (!held.ok) throw new Error(held.error.code);
    expect(held.value.names).toEqual(['a', 'c']);
    pages.give(['0'].map((name) => object(name)));
    pick(session, 1);
    await deliver();
    const rows = listings.held(held.value.selectionId)?.rows() ?? [];
    expect([...rows].map((row) => row.name)).toEqual(['a', 'c']);
  });

  test('its rows are read in the order of the list, up to a limit', async () => {
    const { session, pages, deliver } = open();
    pages.give(Array.from({ length: 2500 }, (_, index) => object(`r${String(index).padStart(4, '0')}`)));
    pages.give(null);
    await deliver();
    session.select({ mode: 'only', intervals: [{ from: 100, to: 2400 }] }, { active: 2400, anchor: 100 });
    const some = await session.selectedRows(1500);
    expect(some.ok && some.value.length).toBe(1500);
    expect(some.ok && [some.value[0]?.name, some.value.at(-1)?.name]).toEqual(['r0100', 'r1599']);
    const all = await session.selectedRows(5000);
    expect(all.ok && all.value.length).toBe(2301);
  });
});

describe('a row that is waited for', () => {
  test('is selected, and shown, as soon as it is listed', async () => {
    const { session, pages, deliver, now, selectedNames } = open();
    session.want({ name: 'new', isContainer: true });
    pages.give([object('a'), object('new')]);
    await deliver();
    expect(now().revealed).toBe(0);
    pages.give([folder('new')]);
    await deliver();
    expect(selectedNames()).toEqual(['new']);
    expect(now().rowAt(now().cursor.active)?.type).toBe('folder');
    expect(now().revealed).toBe(1);
  });

  test('is given up when something else is selected first', async () => {
    const { session, pages, deliver, now, selectedNames } = open();
    session.want({ name: 'late' });
    pages.give([object('a')]);
    await deliver();
    pick(session, 0);
    pages.give([object('late')]);
    await deliver();
    expect(selectedNames()).toEqual(['a']);
    expect(now().revealed).toBe(0);
  });

  test('several names come back as they were left', async () => {
    const { session, pages, deliver, now, selectedNames } = open();
    session.want({ name: 'b', names: ['a', 'c'], quiet: true });
    pages.give(['a', 'b', 'c', 'd'].map((name) => object(name)));
    pages.give(null);
    await deliver();
    expect(selectedNames()).toEqual(['a', 'c']);
    expect(now().rowAt(now().cursor.active)?.name).toBe('b');
    expect(now().revealed).toBe(0);
  });
});

test('the store keeps the newest status of each listing, in whatever order events come', async () => {
  const { undelivered, pages } = open();
  pages.give([object('a')]);
  pages.give([object('b')]);
  await settle();
  const newest = undelivered.at(-1);
  const events = undelivered.map((status): EngineEvent => ({ type: 'listing.changed', status }));
  const state = [...events, ...events].toReversed().reduce(applyToListings, initialListings);
  expect(Object.values(state.statuses)).toEqual([newest]);
});
