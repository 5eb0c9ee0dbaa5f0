import { useTranslation } from 'react-i18next';
import { useRulesStore } from '../../stores/rules-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { Banner } from '../../ui/feedback/banner.tsx';
import type { RuleDeeds } from './use-rule-deeds.ts';

/** For as long as all rules are paused. */
export function PausedBanner({ deeds }: { readonly deeds: RuleDeeds }) {
  const { t } = useTranslation();
  const allPaused = useRulesStore((state) => state.allPaused);
  if (!allPaused) return null;
  const resume = (
    <Button small onClick={deeds.resumeAll}>
      {t('rules.resumeAll')}
    </Button>
  );
  return (
    <Banner tone="warn" action={resume}>
      {t('rules.pausedAll')}
    </Banner>
  );
}
