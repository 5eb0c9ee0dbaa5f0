import { useTranslation } from 'react-i18next';
import { useEngine } from '../../bridge/engine-context.ts';
import { useLinkStore } from '../../stores/link-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { Banner } from '../../ui/feedback/banner.tsx';

/** Says that the engine cannot be reached, for as long as that is so. */
export function LinkBanner() {
  const { t } = useTranslation();
  const engine = useEngine();
  const lost = useLinkStore((link) => link.state === 'lost');
  if (!lost) return null;
  const retry = (
    <Button small onClick={() => engine.reconnectNow()}>
      {t('link.retryNow')}
    </Button>
  );
  return (
    <Banner tone="warn" action={retry}>
      {t('link.lost')}
    </Banner>
  );
}
