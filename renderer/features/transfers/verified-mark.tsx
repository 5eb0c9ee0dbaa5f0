import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { JobView, Verification } from '../../../shared/domain/transfer.ts';
import { verificationOf } from '../../stores/transfer-list.ts';
import { Status } from '../../ui/feedback/status.tsx';
import { Tooltip } from '../../ui/tooltip/tooltip.tsx';
import { useFormat } from '../../words/use-format.ts';

/** How one file was verified; what that means, on hover. */
export function VerifiedMark({ level, text }: { readonly level: Verification; readonly text?: string }) {
  const { t } = useTranslation();
  return (
    <Tooltip text={t(`transfers.verifiedMeaning.${level}`)}>
      <Status
        tone={level === 'size' ? 'neutral' : 'good'}
        icon={<ShieldCheck size={14} aria-hidden />}
        word={text ?? t(`transfers.verified.${level}`)}
        data-verified={level}
      />
    </Tooltip>
  );
}

/** How the files of a job were verified: the level they share, or how many have which. */
export function JobVerified({ job }: { readonly job: JobView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const found = verificationOf(job);
  if (found === null) return null;
  if (found.levels.length === 1) return <VerifiedMark level={found.weakest} />;
  const parts = found.levels.map(({ level, count }) => t(`transfers.verifiedCount.${level}`, { count }));
  return <VerifiedMark level={found.weakest} text={t('transfers.verifiedMixed', { parts: format.list(parts) })} />;
}
