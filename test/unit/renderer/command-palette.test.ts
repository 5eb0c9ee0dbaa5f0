import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { paletteGroups, withRecent } from '../../../renderer/features/command-palette/palette-groups.ts';
import { matchText } from '../../../renderer/features/command-palette/score.ts';

const order = (query: string, ...texts: string[]) =>
  texts
    .flatMap((text) => {
      const match = matchText(text, query);
      return match ? [{ text, score: match.score }] : [];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ text }) => text);
const found = (text: string, query: string) => {
  const letters = Array.from(text);
  return matchText(text, query)
    ?.positions.map((at) => letters[at])
    .join('');
};

test('beginnings of words count more than letters inside them', () => {
  expect(order('uf', 'Upload files…', 'Buffer')).toEqual(['Upload files…', 'Buffer']);
  expect(order('pau', 'Unpause', 'Pause all')).toEqual(['Pause all', 'Unpause']);
  expect(order('open', 'Reopen it', 'Open')).toEqual(['Open', 'Reopen it']);
  expect(order('new f', 'New folder', 'New bucket')).toEqual(['New folder']);
});

test('words may come in any order, letters of a word only in theirs', () => {
  expect(found('Pause all transfers', 'trans pau')).toBe('Pautrans');
  expect(matchText('Pause', 'esuap')).toBeNull();
  expect(matchText('Refresh the list', 'xyz')).toBeNull();
});

test('the best places are the ones marked', () => {
  expect(matchText('a file of files', 'files')?.positions).toEqual([10, 11, 12, 13, 14]);
  expect(matchText('Download', 'dwnl')).not.toBeNull();
});

test('letters that are there by chance are no hit', () => {
  expect(matchText('Show the transfers of this computer', 'owner')).toBeNull();
});

test('case, accents and letters beyond the basic plane', () => {
  expect(found('Über Größe', 'uber')).toBe('Über');
  expect(matchText('😀 Pause', 'pause')?.positions).toEqual([2, 3, 4, 5, 6]);
  expect(found('Открыть', 'откр')).toBe('Откр');
});

test('every part of a text finds it, and what is marked spells the query', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-c ]{1,12}$/),
      fc.nat(11),
      fc.integer({ min: 1, max: 6 }),
      (text, from, count) => {
        const word = text.slice(from, from + count).trim();
        fc.pre(word !== '' && !word.includes(' '));
        const match = matchText(text, word);
        // A single letter inside a word may be there by chance.
        fc.pre(match !== null || word.length > 2);
        expect(match?.positions.map((at) => text[at]).join('')).toBe(word);
      },
    ),
  );
});

const action = (id: string, label: string, more = {}) => ({ id, label, run: () => {}, ...more });
const sources = {
  transfers: { title: 'Transfers', groups: [[action('pause', 'Pause all')], [action('resume', 'Resume all')]] },
  // On screen last, and what a person is most likely to want.
  browser: { title: 'List', groups: [[action('open', 'Open'), action('no', 'Open not', { disabled: true })]] },
};
const groups = (query: string, recent: string[] = []) =>
  paletteGroups({ sources, query, recent, recentTitle: 'Recent' }).map(
    ({ title, items }) => `${title}: ${items.map(({ action: { label } }) => label).join(', ')}`,
  );

test('without a query everything that can be done, what was done lately first and not twice', () => {
  expect(groups('')).toEqual(['List: Open', 'Transfers: Pause all, Resume all']);
  expect(groups('', ['transfers/resume', 'gone/gone'])).toEqual([
    'Recent: Resume all',
    'List: Open',
    'Transfers: Pause all',
  ]);
});

test('a query finds in labels and groups; the group with the best hit is first', () => {
  expect(groups('res')).toEqual(['Transfers: Resume all']);
  expect(groups('transfers all')).toEqual(['Transfers: Pause all, Resume all']);
  expect(groups('all', ['transfers/resume'])).toEqual(['Transfers: Resume all, Pause all']);
  expect(groups('transf')).toEqual(['Transfers: Pause all, Resume all']);
  expect(groups('tr')).toEqual([]);
  expect(groups('nothing')).toEqual([]);
});

test('what was done last is remembered once', () => {
  expect(withRecent(['a', 'b'], 'b')).toEqual(['b', 'a']);
});
