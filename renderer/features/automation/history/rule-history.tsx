import { History, SearchX } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleView, RunView } from '../../../../shared/domain/rule.ts';
import type { AppError } from '../../../../shared/errors.ts';
import { useEngine } from '../../../bridge/engine-context.ts';
import { saveText } from '../../../bridge/text-files.ts';
import { Button } from '../../../ui/button/button.tsx';
import { EmptyState } from '../../../ui/feedback/empty-state.tsx';
import type { GridHandle } from '../../../ui/grid/grid-types.ts';
import { VirtualGrid } from '../../../ui/grid/virtual-grid.tsx';
import { ContextMenu } from '../../../ui/menu/menu.tsx';
import { useToast } from '../../../ui/toast/toast.tsx';
import { AppErrorView } from '../../../words/error-words.tsx';
import { useFormat } from '../../../words/use-format.ts';
import { useGridWords } from '../../../words/use-grid-words.ts';
import { type ExportFormat, exportHistory } from './export-history.ts';
import { HistoryBar } from './history-bar.tsx';
import { GiveUpDialog } from './give-up-dialog.tsx';
import { historyColumns } from './history-columns.tsx';
import styles from './history.module.css';
import { everything, type HistoryFilter, queryOf } from './history-query.ts';
import { RunDetails } from './run-details.tsx';
import { useRuleRuns } from './use-rule-runs.ts';

const noRow: { readonly index: number; readonly runId: number | null } = { index: -1, runId: null };

/** Rows that stand for what is on its way before anything is known. */
const skeletonRows = 8;

/** What a rule did: its runs, the newest first, and the steps of the one that is chosen. */
export function RuleHistory({ rule }: { readonly rule: RuleView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useGridWords();
  const engine = useEngine();
  const toast = useToast();
  const gridRef = useRef<GridHandle>(null);
  const [filter, setFilter] = useState<HistoryFilter>(everything);
  const settled = useRested(filter);
  const query = useMemo(() => queryOf(settled), [settled]);
  const { total, error, rowAt, indexOf, onRange } = useRuleRuns(rule, query);
  const [cursor, setCursor] = useState(noRow);
  const [opened, setOpened] = useState(false);
  const [exporting, setExporting] = useState(false);
  const [givingUp, setGivingUp] = useState(false);
  const [refused, setRefused] = useState<AppError | null>(null);
  const columns = useMemo(() => historyColumns(t, format), [t, format]);
  // Newer runs push it on; one that has not been read yet, or not any more, is known by its place.
  const found = indexOf(cursor.runId);
  const at = found < 0 ? cursor.index : found;
  const chosen = at < 0 ? undefined : rowAt(at);
  const loading = total === null && error === null;

  const call = async (name: 'rules.retry' | 'rules.skip', run?: RunView) => {
    const answer = await engine.call(name, { ruleId: rule.id, ...(run ? { runId: run.id } : {}) });
    setRefused(answer.ok ? null : answer.error);
  };
  const save = async (kind: ExportFormat) => {
    setExporting(true);
    const answer = await exportHistory(engine, rule.id, query, kind);
    setExporting(false);
    if (!answer.ok) return setRefused(answer.error);
    const name = rule.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-');
    saveText(`${name}-history.${kind}`, answer.value.text, kind === 'csv' ? 'text/csv' : 'application/x-ndjson');
    toast(t('ruleRun.exported', { count: answer.value.count }));
  };
  const choose = (index: number) => setCursor({ index, runId: rowAt(index)?.id ?? null });
  const change = (next: HistoryFilter) => {
    setFilter(next);
    setCursor(noRow);
    setOpened(false);
  };
  const open = (index: number, isOpen: boolean) => {
    choose(index);
    setOpened(isOpen);
  };
  const menu = chosen
    ? [
        [
          ...(chosen.state === 'failed'
            ? [{ id: 'retry', label: t('ruleRun.retry'), run: () => void call('rules.retry', chosen) }]
            : []),
          ...(chosen.state === 'failed' || chosen.state === 'waiting'
            ? [{ id: 'skip', label: t('ruleRun.skip'), run: () => void call('rules.skip', chosen) }]
            : []),
          { id: 'details', label: t('ruleRun.showDetails'), run: () => setOpened(true) },
        ],
      ]
    : [];
  return (
    <div className={styles.history} data-testid="history">
      <HistoryBar
        rule={rule}
        filter={filter}
        onFilter={change}
        exporting={exporting}
        onExport={(kind) => void save(kind)}
        onRetryAll={() => void call('rules.retry')}
        onSkipAll={() => setGivingUp(true)}
      />
      {givingUp ? (
        <GiveUpDialog
          count={rule.runs.failed}
          onGiveUp={() => void call('rules.skip')}
          onClose={() => setGivingUp(false)}
        />
      ) : null}
      {refused ? (
        <div className={styles.refusal}>
          <AppErrorView
            error={refused}
            actions={
              <Button small onClick={() => setRefused(null)}>
                {t('common.dismiss')}
              </Button>
            }
          />
        </div>
      ) : null}
      {error ? (
        <div className={styles.refusal}>
          <AppErrorView error={error} />
        </div>
      ) : total === 0 ? (
        <HistoryNone filtered={filter !== everything} onAll={() => change(everything)} />
      ) : (
        <ContextMenu groups={menu} target={<div className={styles.grid} />}>
          <VirtualGrid
            label={t('ruleRun.label', { name: rule.name })}
            words={words}
            columns={columns}
            count={loading ? skeletonRows : (total ?? 0)}
            placeholders={loading}
            rowAt={rowAt}
            selected={at < 0 ? [] : [{ from: at, to: at }]}
            cursor={{ active: at, anchor: at }}
            onSelect={(selected, next) => {
              if (selected?.mode !== 'none') return choose(next.active);
              setCursor(noRow);
              setOpened(false);
            }}
            onOpen={(index) => open(index, true)}
            onPreview={(index) => open(index, !opened)}
            onRange={onRange}
            contentKey={JSON.stringify(query)}
            handle={gridRef}
          />
        </ContextMenu>
      )}
      {chosen && opened ? (
        <RunDetails
          key={chosen.id}
          run={chosen}
          onRetry={(run) => void call('rules.retry', run)}
          onSkip={(run) => void call('rules.skip', run)}
          onClose={() => {
            setOpened(false);
            gridRef.current?.enter();
          }}
        />
      ) : null}
    </div>
  );
}

const restMs = 150;

/** The filter once it has stayed the same for a moment: a search is not asked for with each letter. */
function useRested<V>(value: V): V {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

function HistoryNone({ filtered, onAll }: { readonly filtered: boolean; readonly onAll: () => void }) {
  const { t } = useTranslation();
  return filtered ? (
    <EmptyState
      icon={<SearchX size={28} aria-hidden />}
      title={t('ruleRun.noHits')}
      actions={
        <Button small onClick={onAll}>
          {t('ruleRun.showAll')}
        </Button>
      }
    />
  ) : (
    <EmptyState icon={<History size={28} aria-hidden />} title={t('ruleRun.none')} text={t('ruleRun.noneText')} />
  );
}
