import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrange, listMinPx, resizePane, type SidePane, togglePane } from '../../../renderer/features/shell/arrange.ts';
import {
  changeHere,
  initialPreferences,
  applyToPreferences,
  mergeChanges,
} from '../../../renderer/stores/preferences-store.ts';
import { defaultPreferences, type WindowLayout } from '../../../shared/domain/preferences.ts';

const layout = (more: Partial<WindowLayout> = {}): WindowLayout => ({ ...defaultPreferences.layout, ...more });
const size = (widthPx: number, heightPx = 600) => ({ widthPx, heightPx });

test('a wide window shows every open pane in the width it was given', () => {
  const all = layout({ inspectorOpen: true, localPaneOpen: true, localPaneFraction: 0.5 });
  expect(arrange(all, size(1920), null)).toMatchObject({
    places: { sidebar: 'beside', inspector: 'beside', localPane: 'beside' },
    widthsPx: { sidebar: 220, inspector: 300, localPane: 700 },
  });
});

test('the sidebar gives way first, then the inspector, then the local pane', () => {
  expect(arrange(layout(), size(800), null).places.sidebar).toBe('beside');
  expect(arrange(layout({ inspectorOpen: true }), size(760), null).places).toEqual({
    sidebar: 'hidden',
    inspector: 'beside',
    localPane: 'hidden',
  });
  const both = layout({ inspectorOpen: true, localPaneOpen: true });
  expect(arrange(both, size(800), null).places).toEqual({
    sidebar: 'hidden',
    inspector: 'hidden',
    localPane: 'beside',
  });
  expect(arrange(both, size(533), null).places).toEqual({
    sidebar: 'hidden',
    inspector: 'hidden',
    localPane: 'hidden',
  });
});

test('the list keeps its width whatever is open', () => {
  fc.assert(
    fc.property(
      fc.record({
        sidebarOpen: fc.boolean(),
        sidebarPx: fc.integer({ min: -100, max: 5000 }),
        inspectorOpen: fc.boolean(),
        inspectorPx: fc.integer({ min: -100, max: 5000 }),
        localPaneOpen: fc.boolean(),
        localPaneFraction: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      }),
      fc.integer({ min: 200, max: 3000 }),
      (some, widthPx) => {
        const { places, widthsPx } = arrange(layout(some), size(widthPx), null);
        const panes: SidePane[] = ['sidebar', 'inspector', 'localPane'];
        const beside = panes.filter((pane) => places[pane] === 'beside');
        const taken = beside.reduce((sum, pane) => sum + widthsPx[pane], 0);
        expect(widthPx - taken).toBeGreaterThanOrEqual(beside.length > 0 ? listMinPx : 0);
        for (const pane of beside) expect(widthsPx[pane]).toBeGreaterThanOrEqual(160);
      },
    ),
  );
});

test('where a pane has no room, its key shows it over the list and changes nothing that is remembered', () => {
  const narrow = size(533);
  const opened = togglePane('sidebar', arrange(layout(), narrow, null), null);
  expect(opened).toEqual({ layout: {}, over: 'sidebar' });
  const over = arrange(layout(), narrow, opened.over);
  expect(over.places.sidebar).toBe('over');
  expect(togglePane('inspector', over, 'sidebar')).toEqual({ layout: {}, over: 'inspector' });
  expect(togglePane('sidebar', over, 'sidebar')).toEqual({ layout: {}, over: null });
  expect(arrange(layout(), narrow, 'localPane').widthsPx.localPane).toBeLessThan(533);
});

test('where it has room, it is remembered', () => {
  const wide = arrange(layout(), size(1280), null);
  expect(togglePane('sidebar', wide, null).layout).toEqual({ sidebarOpen: false });
  expect(togglePane('inspector', wide, null).layout).toEqual({ inspectorOpen: true });
});

test('sizes stay within what makes sense', () => {
  expect(resizePane('sidebar', 20, 1000)).toEqual({ sidebarPx: 160 });
  expect(resizePane('inspector', 2000, 1000)).toEqual({ inspectorPx: 640 });
  expect(resizePane('localPane', 250, 1000)).toEqual({ localPaneFraction: 0.25 });
  expect(resizePane('localPane', 2500, 1000)).toEqual({ localPaneFraction: 0.9 });
  expect(arrange(layout({ transfersPx: 900 }), size(800, 600), null).transfersPx).toBe(400);
  expect(arrange(layout({ transfersPx: 900 }), size(800, 250), null).transfersPx).toBe(120);
});

test('the transfers take a share of the window until someone sets their height, and leave room above', () => {
  const highOf = (heightPx: number, transfersPx: number | null = null) =>
    arrange(layout({ transfersPx }), size(1280, heightPx), null).transfersPx;
  expect([1080, 800, 600, 400, 250].map((heightPx) => highOf(heightPx))).toEqual([432, 320, 260, 200, 120]);
  expect(highOf(1080, 260)).toBe(260);
});

test('what is changed here is shown at once and is not undone by an older state of the engine', () => {
  const one = changeHere(initialPreferences, { layout: { sidebarPx: 300 } });
  const two = changeHere(one, { theme: 'dark' });
  expect(two.preferences).toMatchObject({ theme: 'dark', layout: { sidebarPx: 300 } });
  expect(two.pending).toEqual({ theme: 'dark', layout: { sidebarPx: 300 } });
  const told = applyToPreferences(two, { type: 'preferences.changed', preferences: defaultPreferences });
  expect(told.preferences).toEqual(two.preferences);
  const saved = applyToPreferences(
    { ...two, pending: null },
    { type: 'preferences.changed', preferences: defaultPreferences },
  );
  expect(saved.preferences).toEqual(defaultPreferences);
  expect(mergeChanges({ columns: { a: null } }, { columns: { b: null } })).toEqual({ columns: { a: null, b: null } });
});
