import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../../../shared/errors.ts';
import { useEngine } from '../../../bridge/engine-context.ts';
import { Button } from '../../../ui/button/button.tsx';
import { TextField } from '../../../ui/field/text-field.tsx';
import { AppErrorView } from '../../../words/error-words.tsx';
import { CodeBlock } from './code-block.tsx';
import { roleTrust } from './guide-policies.ts';
import type { PartProps } from './guide-step-list.tsx';
import styles from './guide.module.css';

/** Who may take the role: the caller, who can be asked for, or Roles Anywhere for one trust anchor. */
export function TrustPart({ method, draft, auth, target, onDraft }: PartProps) {
  const { t } = useTranslation();
  if (method === 'accessKey') return null;
  const policy = (
    <CodeBlock name={t('guide.trustPolicy')} copyLabel={t('guide.copyPolicy')} text={roleTrust(method, draft, auth)} />
  );
  if (method === 'rolesAnywhere') {
    return (
      <div className={styles.part}>
        <TextField
          label={t('guide.trustAnchorArn')}
          name="trustAnchor"
          dir="ltr"
          value={draft.trustAnchorArn}
          onValueChange={(trustAnchorArn) => onDraft({ trustAnchorArn })}
        />
        {policy}
      </div>
    );
  }
  return (
    <div className={styles.part}>
      <CallerField draft={draft} target={target} onDraft={onDraft} />
      {auth.externalId ? null : <p className={styles.note}>{t('guide.noExternalId')}</p>}
      {policy}
    </div>
  );
}

function CallerField({ draft, target, onDraft }: Pick<PartProps, 'draft' | 'target' | 'onDraft'>) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const ask = async () => {
    if (target === null) return;
    setAsking(true);
    setError(null);
    const answer = await engine.call('connections.callerArn', { target });
    setAsking(false);
    if (answer.ok) onDraft({ callerArn: answer.value.arn });
    else setError(answer.error);
  };
  return (
    <>
      <div className={styles.caller}>
        <TextField
          label={t('guide.callerArn')}
          hint={t('guide.callerArnHint')}
          name="callerArn"
          dir="ltr"
          value={draft.callerArn}
          onValueChange={(callerArn) => onDraft({ callerArn })}
        />
        {target === null ? null : (
          <Button busy={asking} onClick={() => void ask()}>
            {t(asking ? 'guide.findingOut' : 'guide.findOut')}
          </Button>
        )}
      </div>
      {error ? <AppErrorView error={error} /> : null}
    </>
  );
}
