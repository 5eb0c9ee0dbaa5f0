import type { ActionSource } from '../../stores/action-store.ts';
import type { MenuAction } from '../../ui/menu/menu.tsx';
import { matchText } from './score.ts';

export type PaletteItem = {
  /** The same from one start to the next. */
  readonly id: string;
  readonly action: MenuAction;
  /** Where it comes from, for the lists that are not in groups. */
  readonly group: string;
  /** Code points of the label that the query found. */
  readonly found: readonly number[];
};
export type PaletteGroup = { readonly id: string; readonly title: string; readonly items: readonly PaletteItem[] };

type Input = {
  readonly sources: Readonly<Record<string, ActionSource>>;
  readonly query: string;
  /** Ids of what was done last, newest first. */
  readonly recent: readonly string[];
  readonly recentTitle: string;
};

const shownRecent = 5;
/** What is nearest to where one is comes first, however the features came on screen. */
const sourceOrder = ['browser', 'localPane', 'transfers', 'connections', 'window'];
const rankOf = (id: string) => (sourceOrder.includes(id) ? sourceOrder.indexOf(id) : sourceOrder.length);

/**
 * Pure. What the palette shows: without a query what was done lately and then everything by where it comes from; with one, what
 * it finds, the best first, in its group; a group stands where its best item would. What cannot be done now is left out.
 */
export function paletteGroups({ sources, query, recent, recentTitle }: Input): PaletteGroup[] {
  const ordered = Object.entries(sources).sort(([a], [b]) => rankOf(a) - rankOf(b));
  const all = ordered.map(([id, source]) => ({
    id,
    title: source.title,
    items: source.groups
      .flat()
      .filter((action) => action.disabled !== true)
      .map((action): PaletteItem => ({ id: `${id}/${action.id}`, action, group: source.title, found: [] })),
  }));
  if (query.trim() === '') {
    const byId = new Map(all.flatMap((group) => group.items).map((item) => [item.id, item]));
    const lately = recent.flatMap((id) => byId.get(id) ?? []).slice(0, shownRecent);
    const taken = new Set(lately.map((item) => item.id));
    const rest = all.map((group) => ({ ...group, items: group.items.filter((item) => !taken.has(item.id)) }));
    return [{ id: 'recent', title: recentTitle, items: lately }, ...rest].filter(({ items }) => items.length > 0);
  }
  return all
    .map((group) => {
      const hits = group.items
        .flatMap((item) => {
          const hit = findItem(item, query, recent.indexOf(item.id));
          return hit ? [hit] : [];
        })
        .sort((a, b) => b.score - a.score);
      return { ...group, items: hits.map(({ item }) => item), best: hits[0]?.score ?? 0 };
    })
    .filter(({ items }) => items.length > 0)
    .sort((a, b) => b.best - a.best)
    .map(({ id, title, items }) => ({ id, title, items }));
}

function findItem(item: PaletteItem, query: string, nthRecent: number) {
  const label = matchText(item.action.label, query);
  // "transfers pause" names the group too.
  const match = label ?? matchText(`${item.action.label} ${item.group}`, query);
  if (!match) return null;
  const length = Array.from(item.action.label).length;
  const found = match.positions.filter((position) => position < length);
  if (found.length === 0 && !isOfGroup(item.group, query)) return null;
  const score = match.score - (label ? 0 : 5) + (nthRecent < 0 ? 0 : Math.max(0, 3 - nthRecent / 4));
  return { item: { ...item, found }, score };
}

/** Asked for by the group's name alone ("settings"): by the beginning of one of its words, and not of a letter or two. */
function isOfGroup(group: string, query: string): boolean {
  const text = query.trim().toLowerCase();
  return (
    text.length > 2 &&
    group
      .toLowerCase()
      .split(/\s+/u)
      .some((word) => word.startsWith(text))
  );
}

/** Pure. The list of what was done last, with `id` in front. */
export function withRecent(recent: readonly string[], id: string): string[] {
  return [id, ...recent.filter((one) => one !== id)].slice(0, 20);
}
