import type { ReactNode } from 'react';
import type { Keys } from '../kbd/keys.ts';

export type ComboboxOption = {
  readonly value: string;
  readonly label: string;
  /** Shown in place of the label, with the same words. */
  readonly content?: ReactNode;
  /** Beside the label, softer; found by it too. */
  readonly hint?: string | undefined;
  readonly icon?: ReactNode;
  readonly keys?: Keys | undefined;
  readonly disabled?: boolean | undefined;
  /** Found by these too, though they are not shown. */
  readonly keywords?: string | undefined;
};

/** Options under a heading. */
export type ComboboxGroup = { readonly label: string; readonly items: readonly ComboboxOption[] };

const plain = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

/**
 * How well the words of the query are found: 0 not at all, 1 somewhere, 2 at beginnings of words, 3 the label begins
 * with it. Case and accents do not count; every word has to be found.
 */
export function matchRank(option: ComboboxOption, query: string, groupLabel = ''): number {
  const words = plain(query).split(/\s+/u).filter(Boolean);
  if (words.length === 0) return 3;
  const label = plain(option.label);
  if (label.startsWith(words.join(' '))) return 3;
  const text = plain([option.label, option.hint, option.keywords, groupLabel].filter(Boolean).join(' '));
  if (!words.every((word) => text.includes(word))) return 0;
  const starts = text.split(/[^\p{L}\p{N}]+/u);
  return words.every((word) => starts.some((start) => start.startsWith(word))) ? 2 : 1;
}

/** The options that match, the better ones first within their group; groups without any vanish. Order is kept otherwise. */
export function matchingGroups(groups: readonly ComboboxGroup[], query: string): ComboboxGroup[] {
  return groups
    .map((group) => ({ ...group, items: matchingOptions(group.items, query, group.label) }))
    .filter((group) => group.items.length > 0);
}

export function matchingOptions(options: readonly ComboboxOption[], query: string, groupLabel = ''): ComboboxOption[] {
  return options
    .map((option) => ({ option, rank: matchRank(option, query, groupLabel) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ option }) => option);
}
