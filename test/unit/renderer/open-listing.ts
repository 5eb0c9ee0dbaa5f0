import {
  emptySnapshot,
  type ListingSession,
  type ListingSnapshot,
  openListingSession,
} from '../../../renderer/listing/listing-session.ts';
import { connectionIdSchema } from '../../../shared/domain/ids.ts';
import type { ListingRow, ListingStatus, ListingView } from '../../../shared/domain/listing.ts';
import { defaultPreferences } from '../../../shared/domain/preferences.ts';
import type { AppError } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';
import { createFakeEngine, type EngineAnswers } from '../../fakes/fake-engine-client.ts';
import { addRow, createListingAnswers } from '../../fakes/listing-answers.ts';
import { noLimitsView } from '../../../shared/domain/transfer-limits.ts';

const connectionId = connectionIdSchema.parse('c');
export const byName: ListingView = { sortBy: 'name', descending: false, filter: '' };
export const object = (name: string, sizeBytes = 10): ListingRow => ({
  type: 'object',
  name,
  key: name,
  sizeBytes,
  modifiedMs: null,
  etag: null,
  storageClass: null,
});
export const folder = (name: string): ListingRow => ({ type: 'folder', name, prefix: `${name}/` });
export const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A name stands for an object. */
export const rowsOf = (rows: readonly (string | ListingRow)[]): ListingRow[] =>
  rows.map((row) => (typeof row === 'string' ? object(row) : row));

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
export function openListing(change: (answers: EngineAnswers) => EngineAnswers = (answers) => answers) {
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
    limits: noLimitsView,
    orphans: 0,
    changes: { count: 0, failed: 0 },
    rules: [],
    rulesPaused: false,
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

export const pick = (session: ListingSession, index: number) =>
  session.select({ mode: 'only', intervals: [{ from: index, to: index }] }, { active: index, anchor: index });
