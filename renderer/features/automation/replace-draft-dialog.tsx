import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { newRuleKey, putDraft, useRuleDrafts } from '../../stores/draft-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { useDescribeContext } from './automation-context.ts';
import { describeRule, sentenceText } from './describe-rule.ts';

/** Before a new rule that has been begun and not saved makes room for another one. */
export function ReplaceDraftDialog() {
  const { t } = useTranslation();
  const context = useDescribeContext();
  const keepRef = useRef<HTMLButtonElement>(null);
  const offered = useRuleDrafts((state) => state.offered);
  const begun = useRuleDrafts((state) => state.drafts[newRuleKey]?.draft);
  if (offered === null || begun === undefined) return null;
  const keep = () => useRuleDrafts.setState({ offered: null });
  return (
    <Dialog
      title={t('ruleDraft.title')}
      description={
        begun.name.trim() === ''
          ? t('ruleDraft.textNameless', { sentence: sentenceText(describeRule(begun, context), '…') })
          : t('ruleDraft.text', { name: begun.name })
      }
      onClose={keep}
      firm
      initialFocus={keepRef}
      actions={
        <>
          <Button
            onClick={() => {
              putDraft(newRuleKey, offered);
              keep();
            }}
          >
            {t('ruleDraft.replace')}
          </Button>
          <Button ref={keepRef} look="primary" onClick={keep}>
            {t('ruleDraft.keep')}
          </Button>
        </>
      }
    />
  );
}
