import { Bot, Pause, Play, Plus, ScrollText } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleView } from '../../../shared/domain/rule.ts';
import { markOf } from '../../../shared/domain/rule-mark.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { draftOf } from '../../stores/rule-draft.ts';
import { useRulesStore } from '../../stores/rules-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';
import type { GridColumn } from '../../ui/grid/grid-types.ts';
import { VirtualGrid } from '../../ui/grid/virtual-grid.tsx';
import { ContextMenu } from '../../ui/menu/menu.tsx';
import { TimeIn } from '../../words/time.tsx';
import { useGridWords } from '../../words/use-grid-words.ts';
import { useDescribeContext } from './automation-context.ts';
import styles from './automation.module.css';
import { describeRule, sentenceText } from './describe-rule.ts';
import { RuleStatus } from './rule-mark.tsx';
import { ruleMenu } from './rule-menu.tsx';
import type { RuleDeeds } from './use-rule-deeds.ts';

type Props = { readonly deeds: RuleDeeds; readonly onRemove: (rule: RuleView) => void };

const nothingWrong = new Map();

/** All rules, any number of them: what each does and how it goes. */
export function AllRules({ deeds, onRemove }: Props) {
  const { t } = useTranslation();
  const words = useGridWords();
  const context = useDescribeContext();
  const { rules, allPaused } = useRulesStore();
  const [activeId, setActiveId] = useState<string | null>(null);
  const columns = useMemo((): GridColumn<RuleView>[] => {
    const { format } = context;
    return [
      {
        id: 'name',
        header: t('rules.column.name'),
        widthPx: 200,
        minPx: 130,
        grows: true,
        render: ({ name }) => (
          <bdi data-name title={visibleText(name)}>
            {visibleText(name)}
          </bdi>
        ),
      },
      {
        id: 'state',
        header: t('rules.column.state'),
        widthPx: 104,
        minPx: 92,
        render: (rule) => (
          <div className={styles.statusCell}>
            <RuleStatus mark={markOf(rule, allPaused)} />
          </div>
        ),
      },
      {
        id: 'does',
        header: t('rules.column.does'),
        widthPx: 420,
        minPx: 168,
        soft: true,
        render: (rule) => {
          const text = sentenceText(describeRule(draftOf(rule), context, nothingWrong));
          return <span title={text}>{text}</span>;
        },
      },
      {
        id: 'last',
        header: t('rules.column.last'),
        widthPx: 130,
        minPx: 96,
        soft: true,
        render: ({ lastRunMs }) => (lastRunMs === null ? '–' : <TimeIn ms={lastRunMs} format={format} />),
      },
      {
        id: 'failed',
        header: t('rules.column.failed'),
        widthPx: 96,
        minPx: 88,
        align: 'end',
        soft: true,
        render: ({ runs }) => (runs.failed === 0 ? '–' : format.number(runs.failed)),
      },
    ];
  }, [t, context, allPaused]);
  if (rules.length === 0) return <NoRules onNew={deeds.openNew} />;
  const at = rules.findIndex(({ id }) => id === activeId);
  const active = rules[at];
  return (
    <div className={styles.all}>
      <div className={styles.allBar}>
        <Button look="primary" onClick={deeds.openNew}>
          <Plus size={16} aria-hidden />
          {t('rules.add')}
        </Button>
        {allPaused ? (
          <Button onClick={deeds.resumeAll}>
            <Play size={16} aria-hidden />
            {t('rules.resumeAll')}
          </Button>
        ) : (
          <Button onClick={deeds.pauseAll}>
            <Pause size={16} aria-hidden />
            {t('rules.pauseAll')}
          </Button>
        )}
        <Button onClick={deeds.auditLog}>
          <ScrollText size={16} aria-hidden />
          {t('audit.open')}
        </Button>
      </div>
      <ContextMenu
        groups={active ? ruleMenu(active, deeds, onRemove, t) : []}
        target={<div className={styles.allGrid} />}
      >
        <VirtualGrid
          label={t('rules.all')}
          words={words}
          columns={columns}
          count={rules.length}
          rowAt={(index) => rules[index]}
          selected={at < 0 ? [] : [{ from: at, to: at }]}
          cursor={{ active: at, anchor: at }}
          onSelect={(change, cursor) =>
            setActiveId(change?.mode === 'none' ? null : (rules[cursor.active]?.id ?? null))
          }
          onOpen={(index) => {
            const rule = rules[index];
            if (rule) deeds.open(rule.id);
          }}
          onType={(text) => {
            const found = rules.find(({ name }) => name.toLowerCase().startsWith(text.toLowerCase()));
            if (found) setActiveId(found.id);
          }}
          onRange={noRange}
          contentKey=""
        />
      </ContextMenu>
    </div>
  );
}

const noRange = () => undefined;

/** Where nothing is automated yet. */
export function NoRules({ onNew }: { readonly onNew: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<Bot size={32} aria-hidden />}
      title={t('rules.none')}
      text={t('rules.noneText')}
      actions={
        <Button look="primary" onClick={onNew}>
          {t('rules.create')}
        </Button>
      }
    />
  );
}
