import { expect, test } from 'vitest';
import { nextPane } from '../../../renderer/features/shell/pane-focus.ts';

test('F6 goes through the panes on screen in reading order, and round', () => {
  const shown = ['transfers', 'list', 'sidebar'] as const;
  expect(nextPane(shown, 'sidebar', 1)).toBe('list');
  expect(nextPane(shown, 'list', 1)).toBe('transfers');
  expect(nextPane(shown, 'transfers', 1)).toBe('sidebar');
  expect(nextPane(shown, 'sidebar', -1)).toBe('transfers');
});

test('from nowhere, or from a pane that is gone, it goes to the list', () => {
  expect(nextPane(['sidebar', 'list'], null, 1)).toBe('list');
  expect(nextPane(['sidebar', 'list'], 'inspector', -1)).toBe('list');
  expect(nextPane(['list'], 'list', 1)).toBe('list');
  expect(nextPane([], null, 1)).toBeNull();
});

test('news is the next pane from the list, while there is any', () => {
  expect(nextPane(['sidebar', 'list', 'news', 'transfers'], 'list', 1)).toBe('news');
  expect(nextPane(['sidebar', 'list', 'news', 'transfers'], 'news', 1)).toBe('transfers');
});
