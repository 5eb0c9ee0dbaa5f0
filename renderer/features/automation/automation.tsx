import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleView } from '../../../shared/domain/rule.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { goBack, useBrowserStore } from '../../stores/browser-store.ts';
import { type RulePage, useRulesStore } from '../../stores/rules-store.ts';
import { useShortcuts } from '../../shortcuts/use-shortcuts.ts';
import { Button, IconButton } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';
import { AllRules } from './all-rules.tsx';
import { type PickFolder, PickFolderContext } from './automation-context.ts';
import styles from './automation.module.css';
import { NewRule } from './new-rule.tsx';
import { PausedBanner } from './paused-banner.tsx';
import { RuleEditor } from './rule-editor.tsx';
import { useRuleDeeds } from './use-rule-deeds.ts';

type Props = {
  readonly page: RulePage;
  /** What the window has at the ends of the bar. */
  readonly barStart: ReactNode;
  readonly barEnd: ReactNode;
  readonly pickFolder: PickFolder;
  readonly onRemove: (rule: RuleView) => void;
};

const back = () => useBrowserStore.setState(goBack);

/** The pages of the rules, in the place of the list: all of them, one, a new one. */
export function Automation({ page, barStart, barEnd, pickFolder, onRemove }: Props) {
  const { t } = useTranslation();
  const deeds = useRuleDeeds();
  useShortcuts({ back });
  const rule = useRulesStore((state) =>
    page.type === 'rule' ? state.rules.find(({ id }) => id === page.ruleId) : undefined,
  );
  const title = page.type === 'new' ? t('rules.add') : rule ? rule.name : t('rules.all');
  return (
    <PickFolderContext value={pickFolder}>
      <section className={styles.automation}>
        <div className={styles.top}>
          <div className={styles.bar}>
            {barStart}
            <IconButton
              label={t('rules.back')}
              icon={<ArrowLeft size={16} aria-hidden className={styles.turns} />}
              onClick={back}
            />
            <nav className={styles.crumbs} aria-label={t('rules.title')}>
              {page.type === 'all' ? null : (
                <>
                  <button type="button" className={styles.crumb} onClick={deeds.openAll}>
                    {t('rules.title')}
                  </button>
                  <span aria-hidden>/</span>
                </>
              )}
              <h1
                className={styles.crumbHere}
                {...(page.type === 'all' ? {} : { tabIndex: -1, 'data-pane-start': '' })}
                dir="auto"
                data-name
                title={visibleText(title)}
              >
                {visibleText(title)}
              </h1>
            </nav>
            {barEnd}
          </div>
          <PausedBanner deeds={deeds} />
        </div>
        {page.type === 'all' ? (
          <AllRules deeds={deeds} onRemove={onRemove} />
        ) : page.type === 'new' ? (
          <NewRule deeds={deeds} />
        ) : rule ? (
          <RuleEditor key={rule.id} rule={rule} tab={page.tab} deeds={deeds} onRemove={onRemove} />
        ) : (
          <EmptyState
            icon={null}
            title={t('rules.gone')}
            text={t('rules.goneText')}
            actions={<Button onClick={deeds.openAll}>{t('rules.all')}</Button>}
          />
        )}
      </section>
    </PickFolderContext>
  );
}
