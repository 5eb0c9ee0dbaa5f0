import { useState } from 'react';
import type { RuleId } from '../../../shared/domain/ids.ts';
import type { RuleView } from '../../../shared/domain/rule.ts';
import { type AppError } from '../../../shared/errors.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { type Draft, inputOf } from '../../stores/rule-draft.ts';
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

/** Saves a draft as a new rule or as what a rule is from now on. */
export function useSaveRule(ruleId: RuleId | undefined): SaveRule {
  const engine = useEngine();
  const context = useDescribeContext();
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const [refused, setRefused] = useState<Problems>(nothing);
  const forgive = () => {
    setError(null);
    setRefused(nothing);
  };
  const save = async (draft: Draft): Promise<RuleView | null> => {
    setSaving(true);
    const rule = inputOf({
      ...draft,
      name: draft.name.trim() === '' ? freeName(suggestName(draft, context)) : draft.name,
    });
    const answer =
      ruleId === undefined
        ? await engine.call('rules.add', { rule })
        : await engine.call('rules.update', { ruleId, rule });
    setSaving(false);
    forgive();
    if (answer.ok) {
      useRulesStore.setState((state) => putRule(state, answer.value.rule));
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
