import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { ActionsStart, Dialog } from '../../ui/dialog/dialog.tsx';
import { SelectField } from '../../ui/field/select-field.tsx';
import { Spinner } from '../../ui/feedback/spinner.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useFormat } from '../../words/use-format.ts';
import styles from './automation.module.css';
import { everyText } from './cron-words.ts';
import { PlaceFields } from './pickers/place-fields.tsx';

type AuditView = CommandOutput<'audit.settings'>;
type Settings = NonNullable<AuditView['settings']>;

/** Where the audit log is sent, how often, and how that goes. */
export function AuditDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [view, setView] = useState<AuditView | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  useEffect(() => {
    let isWanted = true;
    void engine.call('audit.settings', {}).then((answer) => {
      if (!isWanted) return;
      if (answer.ok) setView(answer.value);
      else setError(answer.error);
    });
    return () => {
      isWanted = false;
    };
  }, [engine]);
  if (view !== null) return <AuditForm view={view} onClose={onClose} />;
  return (
    <Dialog
      title={t('audit.title')}
      description={t('audit.text')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('common.close')}</Button>}
    >
      {error ? <AppErrorView error={error} /> : <Spinner />}
    </Dialog>
  );
}

const intervals = [60, 300, 900, 3600, 86_400];

function AuditForm({ view, onClose }: { readonly view: AuditView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const engine = useEngine();
  const toast = useToast();
  const connections = useConnectionsStore((state) => state.connections);
  const { settings } = view;
  const [connectionId, setConnectionId] = useState(settings?.connectionId ?? connections[0]?.id);
  const [place, setPlace] = useState({ bucket: settings?.bucket ?? '', prefix: settings?.prefix ?? '' });
  const [everySeconds, setEverySeconds] = useState(settings?.everySeconds ?? 300);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const name = connections.find(({ id }) => id === connectionId)?.name ?? '';
  const isComplete = connectionId !== undefined && place.bucket.length >= 3;
  const set = async (next: Settings | null) => {
    setBusy(true);
    const answer = await engine.call('audit.setSettings', { settings: next });
    setBusy(false);
    if (!answer.ok) return setError(answer.error);
    toast(next === null ? t('audit.stopped') : t('audit.saved', { bucket: next.bucket }));
    onClose();
  };
  const save = () => {
    if (connectionId === undefined || !isComplete || busy) return;
    const prefix = place.prefix.replace(/\/+$/, '');
    void set({ maxLines: 10_000, ...settings, connectionId, bucket: place.bucket, prefix, everySeconds });
  };
  const offered = [...new Set([...intervals, everySeconds])].sort((a, b) => a - b);
  return (
    <Dialog
      title={t('audit.title')}
      description={t('audit.text')}
      onClose={onClose}
      onSubmit={save}
      actions={
        <>
          {settings === null ? null : (
            <ActionsStart>
              <Button disabled={busy} onClick={() => void set(null)}>
                {t('audit.stop')}
              </Button>
            </ActionsStart>
          )}
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="primary" busy={busy} disabled={!isComplete}>
            {t(settings === null ? 'audit.start' : 'audit.save')}
          </Button>
        </>
      }
    >
      <div className={styles.auditFields}>
        <PlaceFields
          connection={name}
          place={place}
          prefixLabel={t('rulePicker.folderInBucket')}
          onPlace={setPlace}
          onConnection={
            connections.length > 1
              ? (next) => setConnectionId(connections.find((one) => one.name === next)?.id)
              : undefined
          }
        />
        <SelectField
          label={t('audit.interval')}
          value={String(everySeconds)}
          options={offered.map((seconds) => ({ value: String(seconds), label: everyText(seconds, t, format) }))}
          onValueChange={(seconds) => setEverySeconds(Number(seconds))}
        />
        <p className={styles.soft}>
          {view.lastShippedMs === null ? t('audit.never') : t('audit.last', { time: format.date(view.lastShippedMs) })}{' '}
          {t('audit.waiting', { count: view.waiting })}
        </p>
      </div>
      {view.problem ? <AppErrorView error={view.problem} quiet /> : null}
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}
