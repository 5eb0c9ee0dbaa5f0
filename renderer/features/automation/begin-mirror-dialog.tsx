import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { RuleView } from '../../../shared/domain/rule.ts';
import type { AppError } from '../../../shared/errors.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { AppErrorView } from '../../words/error-words.tsx';

const shownNames = 8;

/** Before a mirror begins, or goes on with what were too many deletions: what it would delete. */
export function BeginMirrorDialog({ rule, onClose }: { readonly rule: RuleView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [seen, setSeen] = useState<CommandOutput<'rules.preview'> | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const [busy, setBusy] = useState(false);
  const isLooking = seen === null && error === null;
  useEffect(() => {
    if (!isLooking) return undefined;
    let isWanted = true;
    void engine.call('rules.preview', { rule: rule.id }).then((answer) => {
      if (!isWanted) return;
      if (answer.ok) setSeen(answer.value);
      else setError(answer.error);
    });
    return () => {
      isWanted = false;
    };
  }, [engine, rule.id, isLooking]);
  const begin = async () => {
    if (seen === null) return;
    setBusy(true);
    const answer = await engine.call('rules.resume', {
      ruleId: rule.id,
      deletesSeen: true,
      // More by now is not what was seen.
      deletesCounted: Math.max(seen.extra, seen.waiting),
    });
    setBusy(false);
    if (answer.ok) {
      onClose();
      return;
    }
    if (answer.error.code === 'MirrorNotConfirmed' || answer.error.code === 'MirrorDeletesTooMany') setSeen(null);
    setError(answer.error);
  };
  const more = seen === null ? 0 : seen.extra - Math.min(seen.deletes.length, shownNames);
  return (
    <Dialog
      title={t('rules.mirrorTitle', { name: rule.name })}
      description={
        seen === null
          ? error === null
            ? t('rules.mirrorLooking')
            : undefined
          : t('rules.mirrorSeen', { missing: seen.missing, count: seen.extra })
      }
      onClose={onClose}
      firm
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          {seen === null && !isLooking ? (
            <Button look="primary" onClick={() => setError(null)}>
              {t('rules.mirrorAgain')}
            </Button>
          ) : (
            // Not before it has been seen.
            <Button
              look={(seen?.extra ?? 0) === 0 ? 'primary' : 'danger'}
              busy={busy || seen === null}
              onClick={() => void begin()}
            >
              {t('rules.mirrorBegin', { count: seen?.extra ?? 0 })}
            </Button>
          )}
        </>
      }
    >
      {seen === null || seen.extra === 0 ? null : (
        <ul>
          {seen.deletes.slice(0, shownNames).map((key) => (
            <li key={key}>
              <bdi>{visibleText(key)}</bdi>
            </li>
          ))}
          {more > 0 ? <li>{t('rules.mirrorMore', { count: more })}</li> : null}
        </ul>
      )}
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}
