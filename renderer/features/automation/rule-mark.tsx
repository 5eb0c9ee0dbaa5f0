import { CircleAlert, CircleCheck, CirclePause, CircleX, Hourglass, OctagonAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RuleMark } from '../../../shared/domain/rule-mark.ts';
import { Status, type Tone } from '../../ui/feedback/status.tsx';

const icons = {
  on: CircleCheck,
  waits: Hourglass,
  paused: CirclePause,
  stopped: OctagonAlert,
  problem: CircleAlert,
  failed: CircleX,
} as const;
const tones: Readonly<Record<RuleMark, Tone>> = {
  on: 'good',
  waits: 'neutral',
  paused: 'neutral',
  stopped: 'bad',
  problem: 'warn',
  failed: 'bad',
};

/** The state of a rule as a sign, for beside its name. */
export function RuleMarkIcon({ mark }: { readonly mark: RuleMark }) {
  const Icon = icons[mark];
  return <Icon size={14} aria-hidden />;
}

/** The state of a rule as a sign and a word. */
export function RuleStatus({ mark }: { readonly mark: RuleMark }) {
  const { t } = useTranslation();
  return (
    <Status
      tone={tones[mark]}
      icon={<RuleMarkIcon mark={mark} />}
      word={t(`rules.markWord.${mark}`)}
      data-rule-mark={mark}
    />
  );
}
