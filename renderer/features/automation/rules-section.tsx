import { Ellipsis, Pause, Play, Plus, ScrollText, Table2 } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleView } from '../../../shared/domain/rule.ts';
import { markOf, needsAttention } from '../../../shared/domain/rule-mark.ts';
import { useBrowserStore } from '../../stores/browser-store.ts';
import { useRulesStore } from '../../stores/rules-store.ts';
import { Button, IconButton } from '../../ui/button/button.tsx';
import { ContextMenu, Menu, type MenuGroups } from '../../ui/menu/menu.tsx';
import { ruleMenu } from './rule-menu.tsx';
import { RuleItem } from './rule-item.tsx';
import styles from './rules-section.module.css';
import { useRuleDeeds } from './use-rule-deeds.ts';

type Props = {
  readonly onRemove: (rule: RuleView) => void;
};

const icon = { size: 16, 'aria-hidden': true } as const;
/** With more rules than this the sidebar has those that need a person, and the first; a page has all. */
export const listedRules = 30;

/** The rules in the sidebar. One of them takes the Tab key, the arrow keys go through them, one menu is for all. */
export function RulesSection({ onRemove }: Props) {
  const { t } = useTranslation();
  const { rules, allPaused } = useRulesStore();
  const page = useBrowserStore((state) => state.rulePage);
  const deeds = useRuleDeeds();
  const listRef = useRef<HTMLUListElement>(null);
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const listed = useMemo(() => pickListed(rules, allPaused), [rules, allPaused]);
  const currentId = page?.type === 'rule' ? page.ruleId : undefined;
  const tabId = [focusedId, currentId].find((id) => listed.some((one) => one.id === id)) ?? listed[0]?.id;
  const [menuId, setMenuId] = useState<string | null>(null);
  const menuRule = listed.find(({ id }) => id === menuId);

  const allMenu: MenuGroups = [
    [
      { id: 'all', label: t('rules.all'), icon: <Table2 {...icon} />, run: deeds.openAll },
      { id: 'audit', label: t('audit.open'), icon: <ScrollText {...icon} />, run: deeds.auditLog },
      allPaused
        ? { id: 'resumeAll', label: t('rules.resumeAllLong'), icon: <Play {...icon} />, run: deeds.resumeAll }
        : { id: 'pauseAll', label: t('rules.pauseAllLong'), icon: <Pause {...icon} />, run: deeds.pauseAll },
    ],
  ];
  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(listRef.current?.querySelectorAll<HTMLElement>('[data-rule]') ?? [])];
    const at = items.findIndex((item) => item === event.target);
    const to = at < 0 || event.altKey || event.ctrlKey || event.metaKey ? -1 : targetOf(event.key, at, items.length);
    if (to < 0) return;
    event.preventDefault();
    items[to]?.focus();
  };
  const onPress = ({ target }: MouseEvent) => {
    const item = target instanceof Element ? target.closest('li') : null;
    setMenuId(item?.querySelector<HTMLElement>('[data-rule]')?.dataset['rule'] ?? null);
  };
  return (
    <section className={styles.section} aria-label={t('rules.title')}>
      <div className={styles.head}>
        <h2>{t('rules.title')}</h2>
        <span className={styles.headButtons}>
          {rules.length === 0 ? null : (
            <Menu
              trigger={<IconButton small label={t('rules.moreForAll')} icon={<Ellipsis size={14} aria-hidden />} />}
              groups={allMenu}
            />
          )}
          <IconButton small label={t('rules.add')} icon={<Plus {...icon} />} onClick={deeds.openNew} />
        </span>
      </div>
      {allPaused && rules.length > 0 ? (
        <div className={styles.paused}>
          <Pause size={14} aria-hidden />
          <span>{t('rules.pausedAllShort')}</span>
          <Button small onClick={deeds.resumeAll}>
            {t('rules.resume')}
          </Button>
        </div>
      ) : null}
      {rules.length === 0 ? (
        <div className={styles.none}>
          <p>{t('rules.none')}</p>
          <Button small onClick={deeds.openNew}>
            {t('rules.create')}
          </Button>
        </div>
      ) : (
        <ContextMenu
          groups={menuRule ? ruleMenu(menuRule, deeds, onRemove, t) : allMenu}
          target={<div className={styles.area} onContextMenuCapture={onPress} />}
        >
          {/* The arrow keys of the buttons in it. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
          <ul ref={listRef} onKeyDown={onKeyDown}>
            {listed.map((rule) => (
              <RuleItem
                key={rule.id}
                rule={rule}
                mark={markOf(rule, allPaused)}
                current={rule.id === currentId}
                tabbable={rule.id === tabId}
                onFocus={() => setFocusedId(rule.id)}
                deeds={deeds}
                onRemove={onRemove}
              />
            ))}
          </ul>
          {rules.length > listed.length ? (
            <button type="button" className={styles.allRules} onClick={deeds.openAll}>
              {t('rules.allCount', { count: rules.length })}
            </button>
          ) : null}
        </ContextMenu>
      )}
    </section>
  );
}

/** Pure. Those that need a person come first where there are too many. */
export function pickListed(rules: readonly RuleView[], allPaused: boolean): readonly RuleView[] {
  if (rules.length <= listedRules) return rules;
  const needing = rules.filter((rule) => needsAttention(markOf(rule, allPaused)));
  return [...needing, ...rules.filter((rule) => !needing.includes(rule))].slice(0, listedRules);
}

/** Where a key goes from the item `at`; -1 for keys that go nowhere. */
function targetOf(key: string, at: number, count: number): number {
  if (key === 'ArrowDown') return Math.min(count - 1, at + 1);
  if (key === 'ArrowUp') return Math.max(0, at - 1);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : -1;
}
