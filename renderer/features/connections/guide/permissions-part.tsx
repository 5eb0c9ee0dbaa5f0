import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { policyActions } from '../../../../shared/domain/policies.ts';
import { Button } from '../../../ui/button/button.tsx';
import { CheckboxField } from '../../../ui/field/checkbox-field.tsx';
import { TextField } from '../../../ui/field/text-field.tsx';
import { CodeBlock } from './code-block.tsx';
import { leastPolicy } from './guide-policies.ts';
import type { PartProps } from './guide-step-list.tsx';
import styles from './guide.module.css';

/** The policy for exactly the chosen bucket, path and actions. */
export function PermissionsPart({ draft, region, onDraft, onUse }: PartProps) {
  const { t } = useTranslation();
  const [used, setUsed] = useState(false);
  const change = (changed: Parameters<typeof onDraft>[0]) => {
    setUsed(false);
    onDraft(changed);
  };
  const isAlone = draft.bucket.trim() === '' && draft.path !== '';
  return (
    <div className={styles.part}>
      <div className={styles.two}>
        <TextField
          label={t('guide.bucket')}
          hint={t('guide.bucketHint')}
          name="policyBucket"
          dir="ltr"
          value={draft.bucket}
          onValueChange={(bucket) => change({ bucket })}
        />
        <TextField
          label={t('guide.path')}
          hint={t('guide.pathHint')}
          error={isAlone ? t('guide.pathAlone') : undefined}
          name="policyPath"
          dir="ltr"
          value={draft.path}
          onValueChange={(path) => change({ path })}
        />
      </div>
      {onUse ? (
        <div className={styles.use}>
          <Button
            small
            disabled={isAlone}
            onClick={() => {
              onUse({ restrictToBucket: draft.bucket.trim(), restrictToPath: draft.path });
              setUsed(true);
            }}
          >
            {t('guide.useInForm')}
          </Button>
          <span role="status">{used ? t('guide.used') : ''}</span>
        </div>
      ) : null}
      <fieldset className={styles.actions}>
        <legend>{t('guide.actions')}</legend>
        {policyActions.map((action) => (
          <CheckboxField
            key={action}
            label={t(`guide.action.${action}`)}
            checked={draft.actions.includes(action)}
            onCheckedChange={(checked) =>
              change({
                actions: policyActions.filter((one) => (one === action ? checked : draft.actions.includes(one))),
              })
            }
          />
        ))}
      </fieldset>
      <CodeBlock
        name={t('guide.permissionsPolicy')}
        copyLabel={t('guide.copyPolicy')}
        text={leastPolicy(draft, region)}
      />
    </div>
  );
}
