import { useEffect, useState } from 'react';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { type Draft, inputOf } from '../../stores/rule-draft.ts';

export type Trials = CommandOutput<'rules.test'>;
/** `asking`: an answer to the present draft is on its way; `trials` are those of an earlier one. */
export type RuleTest = { readonly asking: boolean; readonly trials: Trials | null; readonly error: AppError | null };

const waitMs = 400;
const shownTrials = 20;

/** Pure. What decides what it would do: a listing is asked for again only when that changes. */
export function triedRule(draft: Draft): ReturnType<typeof inputOf> {
  const { trigger } = draft;
  const input = inputOf({ ...draft, name: '-' });
  if (trigger.type === 'newObject')
    return { ...input, trigger: { ...trigger, pollSeconds: 60, on: ['created'], startFrom: 'all', alsoMoved: false } };
  if (trigger.type === 'folder')
    return {
      ...input,
      trigger: { ...trigger, settleSeconds: 2, on: ['created'], startFrom: 'all', usePolling: false },
    };
  return input;
}

/** What the draft would do now, asked once it rests; null: it is not complete. An answer to an older one is not taken. */
export function useRuleTest(draft: Draft | null): RuleTest {
  const engine = useEngine();
  const [answered, setAnswered] = useState<{ readonly key: string; readonly test: RuleTest } | null>(null);
  const [latest, setLatest] = useState<Trials | null>(null);
  const key = draft === null ? null : JSON.stringify(triedRule(draft));
  useEffect(() => {
    if (key === null) return undefined;
    let left = false;
    const timer = setTimeout(() => {
      const rule = JSON.parse(key) as ReturnType<typeof inputOf>;
      void engine.call('rules.test', { rule, trials: shownTrials }).then((answer) => {
        if (left) return;
        setLatest(answer.ok ? answer.value : null);
        setAnswered({
          key,
          test: { asking: false, trials: answer.ok ? answer.value : null, error: answer.ok ? null : answer.error },
        });
      });
    }, waitMs);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [engine, key]);
  if (key === null) return { asking: false, trials: null, error: null };
  return answered?.key === key ? answered.test : { asking: true, trials: latest, error: null };
}
