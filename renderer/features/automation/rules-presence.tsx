import type { RuleView } from '../../../shared/domain/rule.ts';
import { useBrowserStore } from '../../stores/browser-store.ts';
import { useRulesStore } from '../../stores/rules-store.ts';
import { RuleAnnouncer } from './rule-announcer.tsx';
import { RuleNotices } from './rule-notices.tsx';
import { useRuleActions } from './use-rule-actions.tsx';
import { useRuleDeeds } from './use-rule-deeds.ts';

/** What there is of rules whatever is on screen: notices, what is spoken, and what the command palette offers. */
export function RulesPresence({ onRemove }: { readonly onRemove: (rule: RuleView) => void }) {
  const { rules, allPaused } = useRulesStore();
  const page = useBrowserStore((state) => state.rulePage);
  const deeds = useRuleDeeds();
  const current = page?.type === 'rule' ? rules.find(({ id }) => id === page.ruleId) : undefined;
  useRuleActions({ rules, allPaused, current, deeds, onRemove });
  return (
    <>
      <RuleAnnouncer />
      <RuleNotices />
    </>
  );
}
