import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { CommandInput } from '../../../../shared/contract/commands.ts';
import type { RuleView, RunView } from '../../../../shared/domain/rule.ts';
import type { AppError } from '../../../../shared/errors.ts';
import { useEngine } from '../../../bridge/engine-context.ts';
import { dropOlderRuns, useRulesStore, watchRuns } from '../../../stores/rules-store.ts';
import type { HistoryQuery } from './history-query.ts';
import { noPages, pageRuns, putRunPage, runAt, type RunPages } from './run-pages.ts';

export type RuleRuns = {
  /** Null until the first answer. */
  readonly total: number | null;
  readonly error: AppError | null;
  readonly rowAt: (index: number) => RunView | undefined;
  /** Where a run is, among what has been read; -1: not there. */
  readonly indexOf: (runId: number | null) => number;
  readonly onRange: (first: number, last: number) => void;
};

/** Another one when runs were added or came to an end: not every one of them is told. */
const stageOf = ({ runs, lastRunMs }: RuleView) => [...Object.values(runs), lastRunMs].join(' ');

/** What runs is read again so often: of many runs that end at once a window is told of some. */
const againMs = 5000;

/**
 * The history of a rule while it is on screen: pages around what is in view are read as they are needed and again as the rule
 * gets on; runs that are told of meanwhile are shown as they are now.
 */
export function useRuleRuns(rule: RuleView, query: HistoryQuery): RuleRuns {
  const engine = useEngine();
  const ruleId = rule.id;
  const queryKey = JSON.stringify({ ruleId, ...query });
  const [again, setAgain] = useState(0);
  const stage = `${stageOf(rule)} ${again}`;
  const changed = useRulesStore((state) => state.changedRuns);
  const [kept, setKept] = useState<{
    readonly queryKey: string;
    readonly pages: RunPages;
    readonly total: number | null;
    readonly error: AppError | null;
  }>({ queryKey, pages: noPages, total: null, error: null });
  const [range, setRange] = useState({ firstPage: 0, lastPage: 0 });
  const asked = useRef(new Set<string>());
  const isOld = kept.queryKey !== queryKey;
  const pages = isOld ? noPages : kept.pages;
  const total = isOld ? null : kept.total;
  const error = isOld ? null : kept.error;

  useEffect(() => {
    useRulesStore.setState((state) => watchRuns(state, ruleId));
    return () => useRulesStore.setState((state) => watchRuns(state, null));
  }, [ruleId]);

  useEffect(() => {
    const input = JSON.parse(queryKey) as Omit<CommandInput<'rules.history'>, 'count'>;
    for (let page = range.firstPage; page <= range.lastPage; page += 1) {
      const id = `${queryKey} ${page}`;
      if (pages.get(page)?.stage === stage || asked.current.has(id)) continue;
      asked.current.add(id);
      const before = useRulesStore.getState().changedRuns;
      void engine.call('rules.history', { ...input, from: page * pageRuns, count: pageRuns }).then((answer) => {
        asked.current.delete(id);
        if (answer.ok) useRulesStore.setState((state) => dropOlderRuns(state, answer.value.runs, before));
        setKept((last) => {
          const same = last.queryKey === queryKey ? last : { queryKey, pages: noPages, total: null, error: null };
          if (!answer.ok)
            return { ...same, pages: putRunPage(same.pages, page, { stage, runs: [] }), error: answer.error };
          const next = putRunPage(same.pages, page, { stage, runs: answer.value.runs });
          return { queryKey, pages: next, total: answer.value.total, error: null };
        });
      });
    }
  }, [engine, queryKey, stage, pages, range]);

  const hasRunning = useMemo(() => {
    const isShown = (page: number) => page >= range.firstPage && page <= range.lastPage;
    return [...pages].some(
      ([page, { runs }]) => isShown(page) && runs.some((run) => (changed[run.id] ?? run).state === 'running'),
    );
  }, [pages, range, changed]);
  useEffect(() => {
    if (!hasRunning) return undefined;
    const timer = setInterval(() => setAgain((count) => count + 1), againMs);
    return () => clearInterval(timer);
  }, [hasRunning]);

  const onRange = useCallback((first: number, last: number) => {
    const next = { firstPage: Math.floor(first / pageRuns), lastPage: Math.floor(last / pageRuns) };
    setRange((before) => (before.firstPage === next.firstPage && before.lastPage === next.lastPage ? before : next));
  }, []);
  const rowAt = useCallback(
    (index: number) => {
      const run = runAt(pages, index);
      return run && (changed[run.id] ?? run);
    },
    [pages, changed],
  );
  const indexOf = useCallback(
    (runId: number | null) => {
      if (runId === null) return -1;
      for (const [page, { runs }] of pages) {
        const at = runs.findIndex(({ id }) => id === runId);
        if (at >= 0) return page * pageRuns + at;
      }
      return -1;
    },
    [pages],
  );
  return useMemo(() => ({ total, error, rowAt, indexOf, onRange }), [total, error, rowAt, indexOf, onRange]);
}
