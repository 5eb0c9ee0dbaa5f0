import { Pause, Play, Plus, ScrollText, SkipForward, Table2, Workflow } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleView } from '../../../shared/domain/rule.ts';
import { useProvideActions } from '../../stores/action-store.ts';
import type { MenuGroups } from '../../ui/menu/menu.tsx';
import { ruleMenu } from './rule-menu.tsx';
import type { RuleDeeds } from './use-rule-deeds.ts';

type Input = {
  readonly rules: readonly RuleView[];
  readonly allPaused: boolean;
  /** The one whose page is open. */
  readonly current: RuleView | undefined;
  readonly deeds: RuleDeeds;
  readonly onRemove: (rule: RuleView) => void;
};

const icon = { size: 16, 'aria-hidden': true } as const;

/** Of so many what can be done with them stands in the palette; each can be opened from there. */
const offered = 50;

/** Offers to the command palette what can be done with rules. */
export function useRuleActions({ rules, allPaused, current, deeds, onRemove }: Input): void {
  const { t } = useTranslation();
  const groups = useMemo(
    (): MenuGroups => [
      [
        { id: 'rules.new', label: t('rules.addAs'), icon: <Plus {...icon} />, run: deeds.openNew },
        { id: 'rules.all', label: t('rules.all'), icon: <Table2 {...icon} />, run: deeds.openAll },
        { id: 'rules.audit', label: t('audit.open'), icon: <ScrollText {...icon} />, run: deeds.auditLog },
        ...(rules.length === 0
          ? []
          : [
              allPaused
                ? {
                    id: 'rules.resumeAll',
                    label: t('rules.resumeAllLong'),
                    icon: <Play {...icon} />,
                    run: deeds.resumeAll,
                  }
                : {
                    id: 'rules.pauseAll',
                    label: t('rules.pauseAllLong'),
                    icon: <Pause {...icon} />,
                    run: deeds.pauseAll,
                  },
            ]),
      ],
      ...(current
        ? ruleMenu(current, deeds, onRemove, t).map((group) =>
            group.map((action) => ({ ...action, id: `rule.${action.id}`, label: `${action.label}: ${current.name}` })),
          )
        : []),
      rules.map((rule) => ({
        id: `rules.open.${rule.id}`,
        label: t('rules.openOf', { name: rule.name }),
        icon: <Workflow {...icon} />,
        run: () => deeds.open(rule.id),
      })),
      rules.slice(0, offered).map((rule) => ({
        id: `rules.run.${rule.id}`,
        label: t('rules.runOf', { name: rule.name }),
        icon: <Play {...icon} />,
        run: () => void deeds.run(rule),
      })),
      rules.slice(0, offered).map((rule) =>
        rule.state === 'on'
          ? {
              id: `rules.pause.${rule.id}`,
              label: t('rules.pauseOf', { name: rule.name }),
              icon: <Pause {...icon} />,
              run: () => deeds.pause(rule),
            }
          : {
              id: `rules.resume.${rule.id}`,
              label: t('rules.resumeOf', { name: rule.name }),
              icon: <SkipForward {...icon} />,
              run: () => deeds.resume(rule),
            },
      ),
    ],
    [t, rules, allPaused, current, deeds, onRemove],
  );
  useProvideActions('rules', t('rules.title'), groups);
}
