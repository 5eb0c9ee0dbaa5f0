import { useEffect } from 'react';
import { watchShownRule } from '../bridge/shown-rule.ts';
import { showRules, useBrowserStore } from '../stores/browser-store.ts';

/** Goes to a rule that was asked for outside of the window, once there is a place that its page can stand in front of. */
export function useShownRule(): void {
  useEffect(() => {
    let stopWaiting = (): void => {};
    const unwatch = watchShownRule((ruleId) => {
      stopWaiting();
      stopWaiting = whenThereIsAPlace(() =>
        useBrowserStore.setState((state) => showRules(state, { type: 'rule', ruleId, tab: 'history' })),
      );
    });
    return () => {
      stopWaiting();
      unwatch();
    };
  }, []);
}

/** At once, or when the first place is opened, which would close the page again. */
function whenThereIsAPlace(show: () => void): () => void {
  if (useBrowserStore.getState().place !== null) {
    show();
    return () => {};
  }
  const stop = useBrowserStore.subscribe(({ place }) => {
    if (place === null) return;
    stop();
    show();
  });
  return stop;
}
