import { describe, expect, test } from 'vitest';
import { applyToListings, initialListings } from '../../../renderer/stores/listing-store.ts';
import type { EngineEvent } from '../../../shared/contract/events.ts';
import { appError } from '../../../shared/errors.ts';
import { err } from '../../../shared/result.ts';
import { folder, object, openListing, pick, rowsOf, settle } from './open-listing.ts';

describe('a place on screen', () => {
  test('shows rows as pages arrive and closes its listing when left', async () => {
    const { session, pages, names, deliver, listings, now } = openListing();
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
    const { session, pages, undelivered, names, now, deliver } = openListing();
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
    const { pages, deliver, now, names } = openListing((answers) => ({
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
    const { session, pages, deliver, now, names } = openListing();
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
    const { pages, deliver, names } = openListing((answers) => ({
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
    const { session, pages, undelivered, names } = openListing();
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
    const { session, pages, names, deliver, calls } = openListing((answers) => ({
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
    const { session, now, deliver } = openListing((answers) => ({
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

describe('a row that is waited for', () => {
  test('is selected, and shown, as soon as it is listed', async () => {
    const { session, pages, deliver, now, selectedNames } = openListing();
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
    const { session, pages, deliver, now, selectedNames } = openListing();
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
    const { session, pages, deliver, now, selectedNames } = openListing();
    session.want({ name: 'b', names: ['a', 'c'], quiet: true });
    pages.give(rowsOf(['a', 'b', 'c', 'd']));
    pages.give(null);
    await deliver();
    expect(selectedNames()).toEqual(['a', 'c']);
    expect(now().rowAt(now().cursor.active)?.name).toBe('b');
    expect(now().revealed).toBe(0);
  });
});

test('the store keeps the newest status of each listing, in whatever order events come', async () => {
  const { undelivered, pages } = openListing();
  pages.give([object('a')]);
  pages.give([object('b')]);
  await settle();
  const newest = undelivered.at(-1);
  const events = undelivered.map((status): EngineEvent => ({ type: 'listing.changed', status }));
  const state = [...events, ...events].toReversed().reduce(applyToListings, initialListings);
  expect(Object.values(state.statuses)).toEqual([newest]);
});
