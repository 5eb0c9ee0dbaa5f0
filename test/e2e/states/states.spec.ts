import { expect } from '@playwright/test';
import { checkState } from './check-state.ts';
import { combinations } from './combinations.ts';
import { test as devPagesTest } from './dev-pages-test.ts';
import { states } from './states.ts';

const test = devPagesTest.extend<{ readonly everyScreen: boolean }>({
  everyScreen: [false, { option: true }],
});

// They share nothing but the page that serves them.
test.describe.configure({ mode: 'parallel' });

for (const [index, state] of states.entries()) {
  test(`${state.name}: accessible, nothing overflows or is cut off, focus is somewhere`, async ({
    windows,
    pages,
    everyScreen,
  }) => {
    test.setTimeout(180_000);
    // Where not every screen is looked at, long words, the other direction and a small zoomed one take turns, or there is one.
    const turns = ['pseudo', null, 'rtl', null, 'en', null] as const;
    const turn = turns[index % turns.length];
    const locales = (['en', 'pseudo', 'rtl'] as const).filter(
      (locale) => everyScreen || locale === 'en' || locale === turn,
    );
    const findings = await Promise.all(
      locales.map(async (locale) => {
        const page = windows[locale];
        const problems: string[] = [];
        const onError = (error: Error) => problems.push(error.message);
        page.on('pageerror', onError);
        const mine = combinations.filter(
          (combination) =>
            combination.locale === locale &&
            (everyScreen || (combination.essential && (combination.zoom === 1 || turn === 'en'))),
        );
        const found = await checkState(page, pages, state, mine);
        page.off('pageerror', onError);
        return [...problems, ...found];
      }),
    );
    expect(findings.flat()).toEqual([]);
  });
}

test('every state that the window was designed with is among them', () => {
  const designed = [
    'first-start',
    'no-connection-picked',
    'signing-in',
    'empty-bucket',
    'no-permission-to-list-buckets',
    'no-permission-to-list-folder',
    'loading',
    'huge-folder-still-listing',
    'filter-without-hits',
    'network-down',
    'link-lost',
    'expired-sign-in',
    'drop-on-list-from-desktop',
    'drop-on-folder-from-desktop',
    'conflict-question',
    'transfers-paused',
    'transfers-failed',
    'transfers-all-done',
    'rules-none',
    'rule-templates',
    'rule-form-incomplete',
    'rule-form-with-matches',
    'rule-with-history',
    'rule-failed-runs',
    'rule-stopped',
    'rules-paused-all',
    'rule-schedule-next-times',
  ];
  const names = states.map(({ name }) => name);
  expect(designed.filter((name) => !names.includes(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});
