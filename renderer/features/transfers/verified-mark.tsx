import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { JobView, Verification } from '../../../shared/domain/transfer.ts';
import { verificationOf } from '../../stores/transfer-list.ts';
import { Tooltip } from '../../ui/tooltip/tooltip.tsx';
import { useFormat } from '../../words/use-format.ts';
import styles from './transfers.module.css';

/** How one file was verified; what that means, on hover. */
export function VerifiedMark({ level, text }: { readonly level: Verification; readonly text?: string }) {
  const { t } = useTranslation();
  return (
    <Tooltip text={t(`transfers.verifiedMeaning.${level}`)}>
      <span className={`${styles.mark} ${level === 'size' ? styles.soft : styles.good}`} data-verified={level}>
        <ShieldCheck size={14} aria-hidden />
        <span className={styles.markText}>{text ?? t(`transfers.verified.${level}`)}</span>
      </span>
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
