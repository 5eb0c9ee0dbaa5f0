import { describe, expect, test } from 'vitest';
import { appError } from '../../../shared/errors.ts';
import { err, type Result } from '../../../shared/result.ts';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import type { EngineAnswers } from '../../fakes/fake-engine-client.ts';
import { byName, folder, object, openListing, pick, rowsOf, settle } from './open-listing.ts';

describe('the selection', () => {
  test('is shown at once, sent one change after the other, and replaced by the answer', async () => {
    const answered: (() => void)[] = [];
    let inFlight = 0;
    let most = 0;
    const { session, pages, deliver, now, selectedNames } = openListing((answers) => ({
      ...answers,
      'listing.select': async (input) => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        await new Promise<void>((resolve) => answered.push(resolve));
        inFlight -= 1;
        return answers['listing.select']?.(input) ?? err(appError('Unsupported'));
      },
    }));
    pages.give(rowsOf(['a', 'b', 'c', 'd']));
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
    const { session, pages, deliver, calls, selectedNames } = openListing();
    pages.give(rowsOf(['a', 'b', 'c', 'd', 'e']));
    await deliver();
    for (const index of [0, 1, 2, 3, 4]) pick(session, index);
    await deliver();
    expect(calls('listing.select')).toBe(2);
    expect(selectedNames()).toEqual(['e']);
  });

  test('stays with its rows while others come before them, and never grows by itself', async () => {
    const { session, pages, deliver, selectedNames, now } = openListing();
    pages.give(rowsOf(['m', 'n', 'o']));
    await deliver();
    session.select({ mode: 'all' }, { active: 0, anchor: 0 });
    await deliver();
    pages.give([...rowsOf(['a', 'b', 'z']), folder('zz')]);
    await deliver();
    expect(selectedNames()).toEqual(['m', 'n', 'o']);
    expect(now().selectedItems).toBe(3);
    // The focus is on the row it was on.
    expect(now().rowAt(now().cursor.active)?.name).toBe('m');
  });

  test('a click means the row that was on screen, not the one that has come to its place', async () => {
    const { session, pages, deliver, selectedNames, undelivered } = openListing();
    pages.give(rowsOf(['m', 'n', 'o']));
    await deliver();
    pages.give(rowsOf(['a', 'b']));
    await settle();
    // The window has not heard of the new rows yet.
    pick(session, 1);
    await settle();
    expect(undelivered.length).toBeGreaterThan(0);
    await deliver();
    expect(selectedNames()).toEqual(['n']);
  });

  test('a range whose ends were seen at different times takes what lies between them now', async () => {
    const { session, pages, deliver, selectedNames, now } = openListing();
    pages.give(rowsOf(['f', 'm', 'p']));
    await deliver();
    pick(session, 0);
    await deliver();
    pages.give(rowsOf(['a', 'b', 'k']));
    await deliver();
    const { anchor } = now().cursor;
    expect(now().rowAt(anchor)?.name).toBe('f');
    const p = now().status?.count ?? 0;
    session.select({ mode: 'only', intervals: [{ from: anchor, to: p - 1 }] }, { active: p - 1, anchor });
    await deliver();
    expect(selectedNames()).toEqual(['f', 'k', 'm', 'p']);
  });

  test('an event that is older than an answer does not bring an old summary back', async () => {
    const { session, pages, deliver, now } = openListing();
    pages.give(rowsOf(['a', 'b']));
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
    const { session, pages, deliver, listings } = openListing();
    pages.give(rowsOf(['a', 'b', 'c']));
    await deliver();
    pick(session, 0);
    session.select({ mode: 'add', intervals: [{ from: 2, to: 2 }] }, { active: 2, anchor: 2 });
    const held: Result<{ selectionId: string; names: string[] }> = await session.hold();
    if (!held.ok) throw new Error(held.error.code);
    expect(held.value.names).toEqual(['a', 'c']);
    pages.give(rowsOf(['0']));
    pick(session, 1);
    await deliver();
    const rows = listings.held(held.value.selectionId)?.rows() ?? [];
    expect([...rows].map((row) => row.name)).toEqual(['a', 'c']);
  });

  test('its rows are read in the order of the list, up to a limit', async () => {
    const { session, pages, deliver } = openListing();
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

/** Listed again, with other rows, before the window hears of it. */
const relist = async (
  { engine, now, pages }: ReturnType<typeof openListing>,
  rows: readonly (string | ListingRow)[],
) => {
  const listingId = now().status?.listingId;
  if (listingId === undefined) throw new Error('not open');
  await engine.call('listing.refresh', { listingId });
  pages.give(rowsOf(rows));
  pages.give(null);
  await settle();
};
const complete = async (
  rows: readonly (string | ListingRow)[],
  change: (answers: EngineAnswers) => EngineAnswers = (answers) => answers,
) => {
  const opened = openListing(change);
  opened.pages.give(rowsOf(rows));
  opened.pages.give(null);
  await opened.deliver();
  return opened;
};
const reverse = async ({ engine, now }: ReturnType<typeof openListing>) => {
  const listingId = now().status?.listingId;
  if (listingId === undefined) throw new Error('not open');
  await engine.call('listing.setView', { listingId, view: { ...byName, descending: true } });
};

describe('what is selected after the rows have moved, before the window hears of it', () => {
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
});
