import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleView } from '../../../shared/domain/rule.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { putDraft } from '../../stores/draft-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { AppErrorView } from '../../words/error-words.tsx';

type Props = { readonly rule: RuleView; readonly onClose: () => void; readonly onRemoved: () => void };

/** Before a rule goes: its history goes with it. */
export function RemoveRuleDialog({ rule, onClose, onRemoved }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const remove = async () => {
    setBusy(true);
    const answer = await engine.call('rules.remove', { ruleId: rule.id });
    setBusy(false);
    if (!answer.ok) return setError(answer.error);
    putDraft(rule.id, null);
    onRemoved();
    onClose();
  };
  return (
    <Dialog
      title={t('rules.removeTitle', { name: rule.name })}
      description={t('rules.removeText')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="danger" busy={busy} onClick={() => void remove()}>
            {t('rules.removeDo')}
          </Button>
        </>
      }
    >
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}
