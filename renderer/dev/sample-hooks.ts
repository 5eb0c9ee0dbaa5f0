import { connectionIdSchema } from '../../shared/domain/ids.ts';
import { useActionStore } from '../stores/action-store.ts';
import { ruleIdSchema } from '../../shared/domain/ids.ts';
import { goTo, showRules, useBrowserStore } from '../stores/browser-store.ts';
import type { RulePage } from '../stores/rules-store.ts';

/** What a test finds as `globalThis.sample` on the window with invented data. */
export type SampleHooks = {
  /** Does what the action does in menus and the palette, whatever its name is in the language shown. */
  readonly act: (id: string) => void;
};

/** `?place=conn-1/finance-eu/in/`: where the window begins; `?page=all`, `new` or `rule-1`: which page of the rules. */
export function startPlace(search: URLSearchParams): void {
  const page = search.get('page');
  const parts = /^([^/]+)\/([^/]*)\/?(.*)$/.exec(search.get('place') ?? (page === null ? '' : 'conn-1/'));
  if (!parts) return;
  const [, connectionId, bucket, prefix = ''] = parts;
  const place = {
    connectionId: connectionIdSchema.parse(connectionId),
    bucket: bucket === '' ? null : (bucket ?? null),
    prefix,
  };
  useBrowserStore.setState((state) => goTo(state, place));
  if (page !== null) useBrowserStore.setState((state) => showRules(state, pageOf(page)));
}

function pageOf(page: string): RulePage {
  if (page === 'all' || page === 'new') return { type: page };
  return { type: 'rule', ruleId: ruleIdSchema.parse(page), tab: 'history' };
}

export function offerToTests(): void {
  const hooks: SampleHooks = {
    act(id) {
      const actions = Object.values(useActionStore.getState().sources).flatMap(({ groups }) => groups.flat());
      const action = actions.find((one) => one.id === id && one.disabled !== true);
      if (!action) throw new Error(`“${id}” is not offered now.`);
      action.run();
    },
  };
  Object.assign(globalThis, { sample: hooks });
}
