import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TransferSummary } from '../../stores/transfer-summary.ts';
import { useFormat } from '../../words/use-format.ts';

/** Often enough to know, seldom enough not to be a nuisance. */
const everyMs = 15_000;

/** Speaks of transfers once in a while, and at once when they end, fail or ask something. */
export function TransferAnnouncer({ summary }: { readonly summary: TransferSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [text, setText] = useState('');
  const before = useRef(summary);
  const latest = useRef(summary);
  const moving = summary.moving > 0;

  useEffect(() => {
    const last = before.current;
    before.current = summary;
    latest.current = summary;
    if (summary.questions > last.questions) setText(t('transfers.announceQuestion'));
    else if (summary.failed > last.failed) setText(t('transfers.announceFailed', { count: summary.failed }));
    else if (last.moving > 0 && summary.moving === 0 && summary.resumable === 0) setText(t('transfers.announceDone'));
  }, [summary, t]);

  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => {
      const { filesEnded, filesTotal, bytesDone, bytesTotal } = latest.current;
      const percent = format.percent(bytesTotal > 0 ? bytesDone / bytesTotal : 0);
      setText(t('transfers.announceRunning', { done: filesEnded, total: filesTotal, percent }));
    }, everyMs);
    return () => clearInterval(timer);
  }, [moving, t, format]);

  return (
    <div role="status" className="visually-hidden">
      {text}
    </div>
  );
}
