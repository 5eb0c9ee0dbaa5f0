import { useActionStore } from '../../stores/action-store.ts';

/** What the list offers under this name for what is selected; null while it does not. */
export function useAction(id: string): (() => void) | null {
  return useActionStore(({ sources }) => {
    const actions = Object.values(sources).flatMap(({ groups }) => groups.flat());
    return actions.find((action) => action.id === id && action.disabled !== true)?.run ?? null;
  });
}
