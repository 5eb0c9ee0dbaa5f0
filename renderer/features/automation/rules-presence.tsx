import type { RuleView } from '../../../shared/domain/rule.ts';
import { useBrowserStore } from '../../stores/browser-store.ts';
import { useRulesStore } from '../../stores/rules-store.ts';
import { BeginMirrorDialog } from './begin-mirror-dialog.tsx';
import { RuleAnnouncer } from './rule-announcer.tsx';
import { RuleNotices } from './rule-notices.tsx';
import { useRuleActions } from './use-rule-actions.tsx';
import { useRuleDeeds } from './use-rule-deeds.ts';

/** What there is of rules whatever is on screen: notices, what is spoken, and what the command palette offers. */
export function RulesPresence({ onRemove }: { readonly onRemove: (rule: RuleView) => void }) {
  const { rules, allPaused, askedMirror } = useRulesStore();
  const page = useBrowserStore((state) => state.rulePage);
  const deeds = useRuleDeeds();
  const current = page?.type === 'rule' ? rules.find(({ id }) => id === page.ruleId) : undefined;
  const asked = rules.find(({ id }) => id === askedMirror);
  useRuleActions({ rules, allPaused, current, deeds, onRemove });
  return (
    <>
      <RuleAnnouncer />
      <RuleNotices />
      {asked === undefined ? null : (
        <BeginMirrorDialog key={asked.id} rule={asked} onClose={() => useRulesStore.setState({ askedMirror: null })} />
      )}
    </>
  );
}
