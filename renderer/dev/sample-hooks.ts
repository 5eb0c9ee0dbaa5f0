import { connectionIdSchema } from '../../shared/domain/ids.ts';
import { useActionStore } from '../stores/action-store.ts';
import { goTo, useBrowserStore } from '../stores/browser-store.ts';

/** What a test finds as `globalThis.sample` on the window with invented data. */
export type SampleHooks = {
  /** Does what the action does in menus and the palette, whatever its name is in the language shown. */
  readonly act: (id: string) => void;
};

/** `?place=conn-1/finance-eu/in/`: where the window begins. */
export function startPlace(search: URLSearchParams): void {
  const parts = /^([^/]+)\/([^/]*)\/?(.*)$/.exec(search.get('place') ?? '');
  if (!parts) return;
  const [, connectionId, bucket, prefix = ''] = parts;
  const place = {
    connectionId: connectionIdSchema.parse(connectionId),
    bucket: bucket === '' ? null : (bucket ?? null),
    prefix,
  };
  useBrowserStore.setState((state) => goTo(state, place));
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
