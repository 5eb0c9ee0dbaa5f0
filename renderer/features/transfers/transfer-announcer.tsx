import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TransferSummary } from '../../stores/transfer-summary.ts';
import { useFormat } from '../../words/use-format.ts';
import { newsOf } from './transfer-news.ts';

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
    const news = newsOf(last, summary);
    if (news === 'SignIn') setText(t('signIn.announce'));
    else if (news !== null) setText(t(`transfers.announce${news}`, { count: summary.failed }));
  }, [summary, t]);

  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => {
      const { filesDone, filesTotal, bytesDone, bytesTotal } = latest.current;
      const percent = format.percent(bytesTotal > 0 ? bytesDone / bytesTotal : 0);
      setText(t('transfers.announceRunning', { done: filesDone, total: filesTotal, percent }));
    }, everyMs);
    return () => clearInterval(timer);
  }, [moving, t, format]);

  return (
    <div role="status" className="visually-hidden">
      {text}
    </div>
  );
}
