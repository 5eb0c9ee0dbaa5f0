import { useCallback, useMemo } from 'react';
import { type Draft, sameDraft } from '../../stores/rule-draft.ts';
import { putDraft, useRuleDrafts } from '../../stores/rules-store.ts';
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

/** What is being made of a rule, kept under its key until saved or discarded; `saved` is what it is now. */
export function useDraft(key: string, saved: Draft): DraftInHand {
  const held = useRuleDrafts((state) => state.drafts[key]);
  const draft = held ?? saved;
  const dirty = useMemo(() => held !== undefined && !sameDraft(held, saved), [held, saved]);
  const problems = useMemo(() => problemsOf(draft), [draft]);
  const change = useCallback<ChangeDraft>(
    (next) => {
      const now = useRuleDrafts.getState().drafts[key] ?? saved;
      putDraft(key, typeof next === 'function' ? next(now) : next);
    },
    [key, saved],
  );
  const discard = useCallback(() => putDraft(key, null), [key]);
  return { draft, dirty, problems, change, discard };
}
