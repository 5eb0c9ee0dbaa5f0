import type { RuleView, RunQuery, RunState } from '../../../../shared/domain/rule.ts';

/** Which runs are shown: those of a group of states, with a text in their key, of some days. */
export type HistoryFilter = {
  readonly outcome: HistoryOutcome;
  readonly text: string;
  /** `2026-10-31`, the first and the last day; '' for none. */
  readonly fromDay: string;
  readonly toDay: string;
};
export const historyOutcomes = ['all', 'failed', 'open', 'done', 'skipped'] as const;
export type HistoryOutcome = (typeof historyOutcomes)[number];
export type HistoryQuery = Omit<RunQuery, 'ruleId'>;

export const everything: HistoryFilter = { outcome: 'all', text: '', fromDay: '', toDay: '' };

const states: Readonly<Record<Exclude<HistoryOutcome, 'all'>, RunState[]>> = {
  failed: ['failed'],
  open: ['waiting', 'running'],
  done: ['done'],
  skipped: ['skipped'],
};

/** Pure. As the engine is asked; days are those of the calendar where the window is, the last one included. */
export function queryOf({ outcome, text, fromDay, toDay }: HistoryFilter): HistoryQuery {
  const fromMs = startOfDay(fromDay, 0);
  const toMs = startOfDay(toDay, 1);
  return {
    ...(outcome === 'all' ? {} : { states: states[outcome] }),
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(fromMs === null ? {} : { fromMs }),
    ...(toMs === null ? {} : { toMs: toMs - 1 }),
  };
}

/** Pure. When that day begins where the window is, or so many days later; null: it is no day. */
export function startOfDay(day: string, daysLater: number): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!parts) return null;
  return new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + daysLater).getTime();
}

/** Pure. The day of a time where the window is, as fields for days have it. */
export function dayOf(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Pure. How many runs each outcome has, of all days. */
export function countOf({ runs }: Pick<RuleView, 'runs'>, outcome: HistoryOutcome): number {
  if (outcome === 'all') return Object.values(runs).reduce((sum, count) => sum + count, 0);
  return outcome === 'open' ? runs.waiting + runs.running : runs[outcome];
}
