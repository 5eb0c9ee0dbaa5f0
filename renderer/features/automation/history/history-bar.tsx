import { CalendarDays, Download, RotateCcw, Search, SkipForward } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RuleView } from '../../../../shared/domain/rule.ts';
import { Button, IconButton } from '../../../ui/button/button.tsx';
import { TextField } from '../../../ui/field/text-field.tsx';
import { Menu } from '../../../ui/menu/menu.tsx';
import { Popover } from '../../../ui/popover/popover.tsx';
import type { ExportFormat } from './export-history.ts';
import styles from './history.module.css';
import { countOf, everything, type HistoryFilter, historyOutcomes } from './history-query.ts';

type Props = {
  readonly rule: RuleView;
  readonly filter: HistoryFilter;
  readonly onFilter: (filter: HistoryFilter) => void;
  readonly exporting: boolean;
  readonly onExport: (format: ExportFormat) => void;
  readonly onRetryAll: () => void;
  readonly onSkipAll: () => void;
};

const icon = { size: 16, 'aria-hidden': true } as const;

/** Narrows the history, and acts on all of what failed. */
export function HistoryBar({ rule, filter, onFilter, exporting, onExport, onRetryAll, onSkipAll }: Props) {
  const { t } = useTranslation();
  const set = (change: Partial<HistoryFilter>) => onFilter({ ...filter, ...change });
  const hasDays = filter.fromDay !== '' || filter.toDay !== '';
  return (
    <div className={styles.bar}>
      <fieldset className={styles.filters}>
        <legend className="visually-hidden">{t('ruleRun.filterLabel')}</legend>
        {historyOutcomes.map((one) => (
          <label key={one} className={styles.filter} data-filter={one}>
            <input
              type="radio"
              name="history-filter"
              className="visually-hidden"
              checked={filter.outcome === one}
              onChange={() => set({ outcome: one })}
            />
            {t(`ruleRun.filter.${one}`)}
            <span className={styles.count}>{t('common.number', { count: countOf(rule, one) })}</span>
          </label>
        ))}
      </fieldset>
      <div className={styles.tools}>
        {rule.runs.failed > 0 ? (
          <>
            <Button small onClick={onRetryAll}>
              <RotateCcw size={14} aria-hidden />
              {t('ruleRun.retryAll')}
            </Button>
            <IconButton small label={t('ruleRun.skipAll')} icon={<SkipForward {...icon} />} onClick={onSkipAll} />
          </>
        ) : null}
        <label className={styles.search}>
          <Search size={14} aria-hidden />
          <span className="visually-hidden">{t('ruleRun.search')}</span>
          <input
            type="search"
            value={filter.text}
            placeholder={t('ruleRun.search')}
            onChange={(event) => set({ text: event.target.value })}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || filter.text === '') return;
              event.stopPropagation();
              set({ text: '' });
            }}
          />
        </label>
        <Popover
          title={t('ruleRun.days')}
          trigger={
            <IconButton
              small
              label={t('ruleRun.days')}
              data-on={hasDays || undefined}
              icon={<CalendarDays {...icon} />}
            />
          }
        >
          <TextField
            label={t('ruleRun.fromDay')}
            type="date"
            value={filter.fromDay}
            onValueChange={(fromDay) => set({ fromDay })}
          />
          <TextField
            label={t('ruleRun.toDay')}
            type="date"
            value={filter.toDay}
            onValueChange={(toDay) => set({ toDay })}
          />
          <Button
            small
            disabled={!hasDays}
            onClick={() => set({ fromDay: everything.fromDay, toDay: everything.toDay })}
          >
            {t('ruleRun.anyDay')}
          </Button>
        </Popover>
        <Menu
          trigger={<IconButton small label={t('ruleRun.export')} disabled={exporting} icon={<Download {...icon} />} />}
          groups={[
            [
              { id: 'csv', label: t('ruleRun.exportCsv'), run: () => onExport('csv') },
              { id: 'jsonl', label: t('ruleRun.exportJson'), run: () => onExport('jsonl') },
            ],
          ]}
        />
      </div>
    </div>
  );
}
