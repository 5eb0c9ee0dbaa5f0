import { useCallback, useMemo } from 'react';
import { putDraft, useRuleDrafts } from '../../stores/draft-store.ts';
import { type Draft, rebase, sameDraft } from '../../stores/rule-draft.ts';
import type { ChangeDraft } from './pickers/slot-picker.tsx';
import { type Problems, problemsOf } from './rule-problems.ts';

export type DraftInHand = {
  readonly draft: Draft;
  /** Something has been changed and not saved. */
  readonly dirty: boolean;
  readonly problems: Problems;
  readonly change: ChangeDraft;
  readonly discard: () => void;
};

/**
 * What is being made of a rule, kept under its key until saved or discarded. `saved` is what the rule is now: what has not
 * been changed here follows it, whoever changes it.
 */
export function useDraft(key: string, saved: Draft): DraftInHand {
  const held = useRuleDrafts((state) => state.drafts[key]);
  const draft = useMemo(() => currentDraft(held, saved), [held, saved]);
  const dirty = useMemo(() => held !== undefined && !sameDraft(draft, saved), [held, draft, saved]);
  const problems = useMemo(() => problemsOf(draft), [draft]);
  const change = useCallback<ChangeDraft>(
    (next) => {
      const now = currentDraft(useRuleDrafts.getState().drafts[key], saved);
      putDraft(key, typeof next === 'function' ? next(now) : next, saved);
    },
    [key, saved],
  );
  const discard = useCallback(() => putDraft(key, null), [key]);
  return { draft, dirty, problems, change, discard };
}

function currentDraft(held: { readonly draft: Draft; readonly base: Draft | null } | undefined, saved: Draft): Draft {
  if (held === undefined) return saved;
  return held.base === null ? held.draft : rebase(held.draft, held.base, saved);
}
