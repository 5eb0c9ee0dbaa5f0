import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button/button.tsx';
import styles from './connections.module.css';
import type { ConnectionDraft, TextDraftField } from './connection-draft.ts';
import type { FieldHelp } from './field-help.ts';

type Props = {
  readonly field: TextDraftField;
  readonly help: FieldHelp | null;
  readonly onChange: (change: Partial<ConnectionDraft>) => void;
  readonly children: ReactNode;
};

/** A field, and below it the value that would mend it, if the last test named one. */
export function FieldOffer({ field, help, onChange, children }: Props) {
  const { t } = useTranslation();
  const use = help?.use;
  return (
    <div className={styles.offerField} data-field={field}>
      {children}
      {help?.field === field && use !== undefined ? (
        <div>
          <Button small onClick={() => onChange({ [field]: use })}>
            {t('connection.use', { value: use })}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
