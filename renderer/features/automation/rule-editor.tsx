import { Ellipsis, Pause, Pencil, Play, SkipForward } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleView } from '../../../shared/domain/rule.ts';
import { markOf } from '../../../shared/domain/rule-mark.ts';
import { showRules, useBrowserStore } from '../../stores/browser-store.ts';
import { draftOf } from '../../stores/rule-draft.ts';
import { type RuleTab, useRulesStore } from '../../stores/rules-store.ts';
import { Button, IconButton } from '../../ui/button/button.tsx';
import { Menu } from '../../ui/menu/menu.tsx';
import { Tabs } from '../../ui/tabs/tabs.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useFormat } from '../../words/use-format.ts';
import styles from './automation.module.css';
import { DraftForm } from './draft-form.tsx';
import { RuleHistory } from './history/rule-history.tsx';
import { RuleStatus } from './rule-mark.tsx';
import { RuleMatches } from './rule-matches.tsx';
import { ruleMenu } from './rule-menu.tsx';
import { useDraft } from './use-draft.ts';
import type { RuleDeeds } from './use-rule-deeds.ts';
import { useRuleCost } from './rule-cost.tsx';
import { useRuleTest } from './use-rule-test.ts';
import { useSaveRule } from './use-save-rule.ts';

type Props = {
  readonly rule: RuleView;
  readonly tab: RuleTab;
  readonly deeds: RuleDeeds;
  readonly onRemove: (rule: RuleView) => void;
};

/** One rule: what it does as a sentence that is changed in place, what it did, and what it would do now. */
export function RuleEditor({ rule, tab, deeds, onRemove }: Props) {
  const { t } = useTranslation();
  const saved = useMemo(() => draftOf(rule), [rule]);
  const inHand = useDraft(rule.id, saved);
  const saving = useSaveRule(rule.id, rule.id);
  const { draft, dirty, problems } = inHand;
  const isComplete = problems.size === 0;
  const isTesting = tab === 'test';
  const test = useRuleTest(isComplete && (isTesting || dirty) ? draft : null);
  const cost = useRuleCost({ draft, rule, test });
  const [naming, setNaming] = useState(false);
  const setTab = (next: RuleTab) =>
    useBrowserStore.setState((state) => showRules(state, { type: 'rule', ruleId: rule.id, tab: next }));
  useShowsTestOfChange(dirty, tab, setTab);
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <RuleHead rule={rule} deeds={deeds} onRemove={onRemove} onRename={() => setNaming(true)} />
        {rule.state === 'stopped' && rule.stoppedBy ? (
          <AppErrorView
            error={rule.stoppedBy}
            actions={
              <Button small look="primary" onClick={() => deeds.resume(rule)}>
                {t(rule.stoppedBy.code.startsWith('Mirror') ? 'rules.mirrorLook' : 'rules.resume')}
              </Button>
            }
          />
        ) : rule.problem ? (
          <AppErrorView error={rule.problem} quiet />
        ) : rule.notice ? (
          <AppErrorView error={rule.notice} quiet />
        ) : null}
        <DraftForm
          inHand={inHand}
          saving={saving}
          cost={cost}
          example={test.trials?.trials[0]?.event}
          bar={dirty || naming ? 'changed' : 'none'}
          naming={naming}
          onSave={async () => {
            if ((await saving.save(draft)) === null) return;
            setNaming(false);
          }}
          onDiscard={() => {
            saving.forgive();
            setNaming(false);
            inHand.discard();
          }}
        />
      </div>
      <div className={styles.panel}>
        <Tabs
          label={t('ruleTab.label')}
          value={tab}
          onValueChange={setTab}
          tabs={[
            { value: 'history', label: t('ruleTab.history'), content: <RuleHistory rule={rule} /> },
            {
              value: 'test',
              label: t('ruleTab.test'),
              content: <RuleMatches test={test} incomplete={!isComplete} trigger={draft.trigger} />,
            },
          ]}
        />
      </div>
    </div>
  );
}

/** Who changes a rule sees what it would do now; who goes back to the history stays there. */
function useShowsTestOfChange(dirty: boolean, tab: RuleTab, setTab: (tab: RuleTab) => void): void {
  const [was, setWas] = useState(dirty);
  useEffect(() => {
    if (dirty === was) return;
    // Only the change itself switches.
    // oxlint-disable-next-line react/set-state-in-effect
    setWas(dirty);
    if (dirty && tab === 'history') setTab('test');
  }, [dirty, was, tab, setTab]);
}

function RuleHead({ rule, deeds, onRemove, onRename }: Omit<Props, 'tab'> & { readonly onRename: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const allPaused = useRulesStore((state) => state.allPaused);
  const mark = markOf(rule, allPaused);
  const isOn = rule.state === 'on';
  // What the system tells of a folder is seen before it is looked at again.
  const isWatched = rule.trigger.type === 'folder' && !rule.trigger.usePolling && !rule.notice && !rule.problem;
  const nextWords = rule.trigger.type === 'schedule' ? 'rules.nextRun' : 'rules.next';
  const next =
    rule.nextMs === null || !isOn || allPaused
      ? null
      : t(isWatched ? 'rules.watches' : nextWords, { time: format.until(rule.nextMs) });
  const facts = [
    rule.lastRunMs === null ? t('rules.neverRun') : t('rules.lastRun', { time: format.date(rule.lastRunMs) }),
    ...(rule.lastLookMs === null ? [] : [t('rules.lastLook', { time: format.date(rule.lastLookMs) })]),
    ...(next === null ? [] : [next]),
  ];
  return (
    <div className={styles.ruleHead}>
      <RuleStatus mark={mark} />
      <p className={styles.facts}>{facts.join(' · ')}</p>
      <div className={styles.deeds}>
        <Button small onClick={() => void deeds.run(rule)}>
          <Play size={14} aria-hidden />
          {t('rules.run')}
        </Button>
        {isOn ? (
          <Button small onClick={() => deeds.pause(rule)}>
            <Pause size={14} aria-hidden />
            {t('rules.pause')}
          </Button>
        ) : (
          <Button small onClick={() => deeds.resume(rule)}>
            <SkipForward size={14} aria-hidden />
            {t('rules.resume')}
          </Button>
        )}
        <IconButton small label={t('rules.rename')} icon={<Pencil size={14} aria-hidden />} onClick={onRename} />
        <Menu
          trigger={
            <IconButton small label={t('rules.more', { name: rule.name })} icon={<Ellipsis size={14} aria-hidden />} />
          }
          groups={ruleMenu(rule, deeds, onRemove, t)}
        />
      </div>
    </div>
  );
}
