import { useTranslation } from 'react-i18next';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { Result } from '../../../shared/result.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import styles from './connection-lists.module.css';

export type ImportOutcome = Result<CommandOutput<'connections.import'>>;

type Props = {
  readonly outcome: ImportOutcome;
  readonly onClose: () => void;
  /** Opens the form of a connection that was added. */
  readonly onEdit: (connection: ConnectionView) => void;
};

/** What became of a file of connections: which were added and need their secrets, and which were not and why. */
export function ImportDialog({ outcome, onClose, onEdit }: Props) {
  const { t } = useTranslation();
  const { added, refused } = outcome.ok ? outcome.value : { added: [], refused: [] };
  return (
    <Dialog
      title={outcome.ok ? t('connectionFiles.imported', { count: added.length }) : t('connectionFiles.importFailed')}
      description={added.length === 0 ? undefined : t('connectionFiles.importedText')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('common.close')}</Button>}
    >
      {outcome.ok ? null : <AppErrorView error={outcome.error} />}
      {added.length === 0 ? null : (
        <ul className={styles.list} aria-label={t('connectionFiles.added')}>
          {added.map((connection) => (
            <li key={connection.id} className={styles.row}>
              <span dir="auto">{visibleText(connection.name)}</span>
              <Button
                small
                aria-label={t('connectionFiles.enterSecretOf', { name: connection.name })}
                onClick={() => onEdit(connection)}
              >
                {t('connectionFiles.enterSecret')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {refused.length === 0 ? null : (
        <section>
          <h3 className={styles.heading}>{t('connectionFiles.refused')}</h3>
          <ul className={styles.list}>
            {refused.map(({ name, reason }, index) => (
              // Two may have the same name.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={index} className={styles.row}>
                {t('connectionFiles.refusedOne', { name: visibleText(name), reason })}
              </li>
            ))}
          </ul>
        </section>
      )}
    </Dialog>
  );
}
