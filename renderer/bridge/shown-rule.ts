import { type RuleId, ruleIdSchema } from '../../shared/domain/ids.ts';

/** Rules that the person asks for outside of the window, by a click on a notification: only Electron has those. */
export function watchShownRule(listener: (ruleId: RuleId) => void): () => void {
  const unwatch = window.brigade?.onShowRule((given) => {
    const ruleId = ruleIdSchema.safeParse(given);
    if (ruleId.success) listener(ruleId.data);
  });
  return unwatch ?? (() => {});
}
