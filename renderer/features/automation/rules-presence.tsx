import type { RuleView } from '../../../shared/domain/rule.ts';
import { useBrowserStore } from '../../stores/browser-store.ts';
import { useRuleDialogs } from '../../stores/rule-dialogs.ts';
import { useRulesStore } from '../../stores/rules-store.ts';
import { AuditDialog } from './audit-dialog.tsx';
import { BackfillDialog } from './backfill-dialog.tsx';
import { BeginMirrorDialog } from './begin-mirror-dialog.tsx';
import { ReplaceDraftDialog } from './replace-draft-dialog.tsx';
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
  const { backfill, auditLog } = useRuleDialogs();
  const filled = rules.find(({ id }) => id === backfill);
  const asked = rules.find(({ id }) => id === askedMirror);
  useRuleActions({ rules, allPaused, current, deeds, onRemove });
  return (
    <>
      <RuleAnnouncer />
      <RuleNotices />
      <ReplaceDraftDialog />
      {auditLog ? <AuditDialog onClose={() => useRuleDialogs.setState({ auditLog: false })} /> : null}
      {filled === undefined ? null : (
        <BackfillDialog
          key={filled.id}
          rule={filled}
          onClose={() => useRuleDialogs.setState({ backfill: null })}
          onStarted={() => deeds.open(filled.id, 'history')}
        />
      )}
      {asked === undefined ? null : (
        // Edited meanwhile, it is looked at again: what was seen was of another mirror.
        <BeginMirrorDialog
          key={JSON.stringify([asked.id, asked.connectionId, asked.trigger, asked.actions])}
          rule={asked}
          onClose={() => useRulesStore.setState({ askedMirror: null })}
        />
      )}
    </>
  );
}
