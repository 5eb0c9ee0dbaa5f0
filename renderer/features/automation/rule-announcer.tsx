import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleView } from '../../../shared/domain/rule.ts';
import { useRulesStore } from '../../stores/rules-store.ts';

/** Not more often: a rule that fails does so many times. */
const everyMs = 15_000;

export type RuleNews =
  | { readonly type: 'stopped'; readonly name: string }
  | { readonly type: 'failed'; readonly name: string; readonly count: number };

/** Pure. What has happened between two states of the rules that is worth saying, the gravest; null: nothing. */
export function ruleNews(before: readonly RuleView[], now: readonly RuleView[]): RuleNews | null {
  let failed: RuleNews | null = null;
  for (const rule of now) {
    const was = before.find(({ id }) => id === rule.id);
    if (!was) continue;
    if (rule.state === 'stopped' && was.state !== 'stopped') return { type: 'stopped', name: rule.name };
    const count = rule.runs.failed - was.runs.failed;
    if (count > 0 && failed === null) failed = { type: 'failed', name: rule.name, count };
  }
  return failed;
}

/** Pure. The news since what was `told` last, and what is told once nothing is left to be said: what was there at first is no news. */
export function toTell(
  told: readonly RuleView[],
  now: readonly RuleView[],
): { readonly news: RuleNews | null; readonly told: readonly RuleView[] } {
  const news = ruleNews(told, now);
  return { news, told: news === null ? now : told };
}

/** Speaks of runs that failed, and of rules that stopped. */
export function RuleAnnouncer() {
  const { t } = useTranslation();
  const rules = useRulesStore((state) => state.rules);
  const [text, setText] = useState('');
  const told = useRef<{ rules: readonly RuleView[]; atMs: number }>({ rules, atMs: Number.NEGATIVE_INFINITY });
  useEffect(() => {
    const next = toTell(told.current.rules, rules);
    told.current = { ...told.current, rules: next.told };
    const say = () => {
      const latest = ruleNews(told.current.rules, rules);
      told.current = { rules, atMs: performance.now() };
      if (latest === null) return;
      const { name } = latest;
      setText(
        latest.type === 'stopped'
          ? t('rules.announceStopped', { name })
          : t('rules.announceFailed', { name, count: latest.count }),
      );
    };
    if (next.news === null) return undefined;
    const timer = setTimeout(say, Math.max(0, told.current.atMs + everyMs - performance.now()));
    return () => clearTimeout(timer);
  }, [rules, t]);
  return (
    <div role="status" className="visually-hidden">
      {text}
    </div>
  );
}
