import type { TFunction } from 'i18next';
import { CalendarRange, CopyPlus, FlaskConical, History, Pause, Pencil, Play, SkipForward, Trash2 } from 'lucide-react';
import type { RuleView } from '../../../shared/domain/rule.ts';
import type { MenuGroups } from '../../ui/menu/menu.tsx';
import type { RuleDeeds } from './use-rule-deeds.ts';

const icon = { size: 16, 'aria-hidden': true } as const;

/** Everything that can be done with a rule, in the order of a menu. */
export function ruleMenu(
  rule: RuleView,
  deeds: RuleDeeds,
  onRemove: (rule: RuleView) => void,
  t: TFunction,
): MenuGroups {
  const isOn = rule.state === 'on';
  return [
    [
      { id: 'run', label: t('rules.run'), icon: <Play {...icon} />, run: () => void deeds.run(rule) },
      isOn
        ? { id: 'pause', label: t('rules.pause'), icon: <Pause {...icon} />, run: () => deeds.pause(rule) }
        : { id: 'resume', label: t('rules.resume'), icon: <SkipForward {...icon} />, run: () => deeds.resume(rule) },
    ],
    [
      { id: 'edit', label: t('rules.edit'), icon: <Pencil {...icon} />, run: () => deeds.open(rule.id) },
      { id: 'duplicate', label: t('rules.duplicate'), icon: <CopyPlus {...icon} />, run: () => deeds.duplicate(rule) },
      { id: 'test', label: t('rules.test'), icon: <FlaskConical {...icon} />, run: () => deeds.open(rule.id, 'test') },
      {
        id: 'history',
        label: t('rules.showHistory'),
        icon: <History {...icon} />,
        run: () => deeds.open(rule.id, 'history'),
      },
      ...(rule.trigger.type === 'newObject' || rule.trigger.type === 'folder'
        ? [
            {
              id: 'backfill',
              label: t('ruleBackfill.open'),
              icon: <CalendarRange {...icon} />,
              run: () => deeds.backfill(rule),
            },
          ]
        : []),
    ],
    [
      {
        id: 'remove',
        label: t('rules.remove'),
        icon: <Trash2 {...icon} />,
        danger: true,
        run: () => onRemove(rule),
      },
    ],
  ];
}
