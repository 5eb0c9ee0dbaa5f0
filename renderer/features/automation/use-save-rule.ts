import { useRef, useState } from 'react';
import type { RuleId } from '../../../shared/domain/ids.ts';
import type { RuleView } from '../../../shared/domain/rule.ts';
import { type AppError } from '../../../shared/errors.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { putDraft, settleDraft } from '../../stores/draft-store.ts';
import { type Draft, draftOf, inputOf } from '../../stores/rule-draft.ts';
import { putRule, useRulesStore } from '../../stores/rules-store.ts';
import { useDescribeContext } from './automation-context.ts';
import { suggestName } from './describe-rule.ts';
import { type Problems, slotAt, type SlotId } from './rule-problems.ts';

export type SaveRule = {
  readonly saving: boolean;
  /** Why it could not be saved, where no part of the sentence says so. */
  readonly error: AppError | null;
  /** What the engine refused, at its part. */
  readonly refused: Problems;
  readonly save: (draft: Draft) => Promise<RuleView | null>;
  readonly forgive: () => void;
};

const nothing: Problems = new Map();

/**
 * Saves a draft as a new rule or as what a rule is from now on, once at a time. `key`: under which it is held, where it is;
 * what is changed there while it is being saved stays.
 */
export function useSaveRule(ruleId: RuleId | undefined, key: string | null): SaveRule {
  const engine = useEngine();
  const context = useDescribeContext();
  const isSaving = useRef(false);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const [refused, setRefused] = useState<Problems>(nothing);
  const forgive = () => {
    setError(null);
    setRefused(nothing);
  };
  const save = async (draft: Draft): Promise<RuleView | null> => {
    if (isSaving.current) return null;
    isSaving.current = true;
    setSaving(true);
    const known = useRulesStore.getState().rules.find(({ id }) => id === ruleId);
    if (key !== null) putDraft(key, draft, known ? draftOf(known) : null);
    const name = draft.name.trim() === '' ? freeName(suggestName(draft, context)) : draft.name;
    // Whether it is paused is no part of the form: it stays as it is now.
    const rule = inputOf({ ...draft, name }, known?.enabled);
    const answer =
      ruleId === undefined
        ? await engine.call('rules.add', { rule })
        : await engine.call('rules.update', { ruleId, rule });
    isSaving.current = false;
    setSaving(false);
    forgive();
    if (answer.ok) {
      useRulesStore.setState((state) => putRule(state, answer.value.rule));
      // What a mirror would delete is seen before it begins.
      if (answer.value.rule.stoppedBy?.code === 'MirrorNotConfirmed')
        useRulesStore.setState({ askedMirror: answer.value.rule.id });
      if (key !== null) settleDraft(key, draft, answer.value.rule);
      return answer.value.rule;
    }
    const slot = fieldSlot(answer.error, draft);
    if (slot === null) setError(answer.error);
    else setRefused(new Map([[slot, { what: 'said', text: describeError(answer.error).message }]]));
    return null;
  };
  return { saving, error, refused, save, forgive };
}

function fieldSlot({ code, context }: AppError, draft: Draft): SlotId | null {
  const { field } = context;
  return code === 'InvalidInput' && typeof field === 'string' ? slotAt(field.split('.'), draft) : null;
}

/** Another rule may have been given the same name. */
function freeName(name: string): string {
  const taken = new Set(useRulesStore.getState().rules.map((rule) => rule.name));
  if (!taken.has(name)) return name;
  for (let count = 2; ; count += 1) {
    const next = `${name.slice(0, 94)} ${count}`;
    if (!taken.has(next)) return next;
  }
}
