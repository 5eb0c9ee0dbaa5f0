import { create } from 'zustand';
import type { RuleView } from '../../shared/domain/rule.ts';
import { type Draft, draftOf, isUntouched, rebase, sameDraft } from './rule-draft.ts';

export const newRuleKey = 'new';

/** `base`: what the rule was when it was changed last; null for one that is new. */
export type HeldDraft = { readonly draft: Draft; readonly base: Draft | null };

export type RuleDraftsState = {
  /** What has been changed and not saved, by the id of the rule or `newRuleKey`: leaving a page loses nothing. */
  readonly drafts: Readonly<Record<string, HeldDraft>>;
  /** A new rule that would take the place of one that has been begun: a person is asked. */
  readonly offered: Draft | null;
};
export const useRuleDrafts = create<RuleDraftsState>()(() => ({ drafts: {}, offered: null }));

export function putDraft(key: string, draft: Draft | null, base: Draft | null = null): void {
  useRuleDrafts.setState(({ drafts }) => {
    const { [key]: _, ...others } = drafts;
    return { drafts: draft === null ? others : { ...others, [key]: { draft, base } } };
  });
}

/** Begins a new rule with that; one that has been begun before is not lost without a question. */
export function offerDraft(draft: Draft): void {
  const begun = useRuleDrafts.getState().drafts[newRuleKey]?.draft;
  if (begun === undefined || isUntouched(begun) || sameDraft(begun, draft)) putDraft(newRuleKey, draft);
  else useRuleDrafts.setState({ offered: draft });
}

/** What was `sent` has been saved as `rule`: what was changed since then stays, as a change of it. */
export function settleDraft(key: string, sent: Draft, rule: RuleView): void {
  const now = useRuleDrafts.getState().drafts[key]?.draft;
  putDraft(key, null);
  if (now === undefined || now === sent) return;
  const saved = draftOf(rule);
  const left = rebase(now, sent, saved);
  if (!sameDraft(left, saved)) putDraft(rule.id, left, saved);
}
