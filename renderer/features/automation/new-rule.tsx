import { useState } from 'react';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import { useBrowserStore } from '../../stores/browser-store.ts';
import { emptyDraft, type RuleTemplate } from '../../stores/rule-draft.ts';
import { newRuleKey, putDraft, useRuleDrafts } from '../../stores/draft-store.ts';
import styles from './automation.module.css';
import { DraftForm } from './draft-form.tsx';
import { QuickForm } from './quick-form.tsx';
import { useRuleCost } from './rule-cost.tsx';
import { RuleMatches } from './rule-matches.tsx';
import { TemplateCards } from './template-cards.tsx';
import { useDraft } from './use-draft.ts';
import type { RuleDeeds } from './use-rule-deeds.ts';
import { useRuleTest } from './use-rule-test.ts';
import { useSaveRule } from './use-save-rule.ts';

/** A new rule: a template, its form of two or three fields, or the whole sentence. */
export function NewRule({ deeds }: { readonly deeds: RuleDeeds }) {
  const held = useRuleDrafts((state) => state.drafts[newRuleKey] !== undefined);
  const [template, setTemplate] = useState<RuleTemplate | null>(null);
  const connection = useLikelyConnection();
  if (held) return <NewSentence deeds={deeds} connection={connection} onLeave={() => setTemplate(null)} />;
  if (template === null) {
    return <TemplateCards onTemplate={setTemplate} onScratch={() => putDraft(newRuleKey, emptyDraft(connection))} />;
  }
  return (
    <QuickForm
      key={template}
      template={template}
      connection={connection}
      onBack={() => setTemplate(null)}
      onSaved={(rule) => deeds.open(rule.id, 'history')}
    />
  );
}

/** The one that is open in the list, or else the first. */
function useLikelyConnection(): string {
  const connections = useConnectionsStore((state) => state.connections);
  const open = useBrowserStore((state) => state.place?.connectionId);
  return (connections.find(({ id }) => id === open) ?? connections[0])?.name ?? '';
}

/** Who has begun a sentence goes on in it. */
const focusFirstPart = (page: HTMLElement | null) => page?.querySelector<HTMLElement>('[data-slot]')?.focus();

type SentenceProps = { readonly deeds: RuleDeeds; readonly connection: string; readonly onLeave: () => void };

function NewSentence({ deeds, connection, onLeave }: SentenceProps) {
  const [base] = useState(() => emptyDraft(connection));
  const inHand = useDraft(newRuleKey, base);
  const { draft, problems } = inHand;
  const saving = useSaveRule(undefined, newRuleKey);
  const isComplete = problems.size === 0;
  const test = useRuleTest(isComplete ? draft : null);
  const cost = useRuleCost({ draft, test });
  return (
    <div ref={focusFirstPart} className={styles.page}>
      <div className={styles.head}>
        <DraftForm
          inHand={inHand}
          saving={saving}
          cost={cost}
          example={test.trials?.trials[0]?.event}
          bar="new"
          onSave={async () => {
            const rule = await saving.save(draft);
            if (rule === null) return;
            deeds.open(rule.id, 'history');
          }}
          onDiscard={() => {
            saving.forgive();
            inHand.discard();
            onLeave();
          }}
        />
      </div>
      <div className={styles.panel}>
        <RuleMatches test={test} incomplete={!isComplete} trigger={draft.trigger} />
      </div>
    </div>
  );
}
