import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandInput } from '../../../shared/contract/commands.ts';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { appError, type AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { ActionsStart, Dialog } from '../../ui/dialog/dialog.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { suggestName } from './change-draft.ts';
import type { ConnectionDraft, DraftCheck, TextDraftField } from './connection-draft.ts';
import { ConnectionFields } from './connection-fields.tsx';
import styles from './connections.module.css';
import { DiscardDialog } from './discard-dialog.tsx';
import { fieldHelp, warningHelp } from './field-help.ts';
import { FormFailure } from './form-failure.tsx';
import type { PastedCredentials } from './pasted-credentials.ts';
import { TestSteps } from './test-steps.tsx';
import { useConnectionForm } from './use-connection-form.ts';
import { useConnectionTest } from './use-connection-test.ts';
import { useServiceName } from './use-service-name.ts';
import { useTryIt } from './use-try-it.ts';

type Props = {
  /** Null: a new connection. */
  readonly saved: ConnectionView | null;
  readonly onClose: () => void;
  readonly onSaved: (connection: ConnectionView) => void;
};

/** Adds or edits a connection. Saving does not need a test; a saved secret is never shown. */
export function ConnectionDialog({ saved, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const serviceName = useServiceName();
  const connections = useConnectionsStore((state) => state.connections);
  const takenNames = connections.filter((other) => other.id !== saved?.id).map((other) => other.name);
  const nameFor = (draft: ConnectionDraft) => suggestName(draft, serviceName(draft.service), takenNames);
  const form = useConnectionForm(saved, takenNames, nameFor);
  const { draft, check } = form;
  const test = useConnectionTest();
  const here = useTryIt(onSaved);
  const [saving, setSaving] = useState(false);
  const [refusal, setRefusal] = useState<AppError | null>(null);
  const [pasted, setPasted] = useState<readonly string[]>([]);
  const [discarding, setDiscarding] = useState(false);
  const bodyRef = useRef<HTMLDivElement>(null);
  const makesHere = saved === null && draft.service === 'thisComputer';

  const change = (changed: Partial<ConnectionDraft>) => {
    form.change(changed);
    setRefusal(null);
    setPasted([]);
    test.reset();
  };
  const onPasted = (found: PastedCredentials) => {
    const { endpointUrl, ...rest } = found;
    if (endpointUrl !== undefined) change({ service: 'other' });
    change({ ...rest, authType: 'accessKey', ...(endpointUrl === undefined ? {} : { endpointUrl }) });
    setPasted(Object.keys(found));
  };
  const complain = () => {
    form.submit();
    // The first wrong field, once it is marked as such.
    setTimeout(() => bodyRef.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  const goToField = (field: TextDraftField) => {
    const frame = bodyRef.current?.querySelector(`[data-field="${field}"]`);
    // With its label, which the focus alone would leave out of sight.
    frame?.scrollIntoView({ block: 'center' });
    frame?.querySelector('input')?.focus({ preventScroll: true });
  };
  const runTest = () => {
    const target = targetOf(check, saved);
    if (!target) return complain();
    void test.run(target);
  };
  const save = async () => {
    if (saving) return;
    if (makesHere) return void here.start();
    if (!check.update) return complain();
    setSaving(true);
    const answer = saved
      ? await engine.call('connections.update', { connectionId: saved.id, connection: check.update })
      : check.input && (await engine.call('connections.add', { connection: check.input }));
    setSaving(false);
    if (answer?.ok) onSaved(answer.value.connection);
    else if (answer) setRefusal(answer.error);
  };
  const close = () => (form.dirty ? setDiscarding(true) : onClose());

  const { outcome } = test;
  const failure = refusal ?? outcome?.error ?? outcome?.result?.error ?? null;
  const similar = outcome?.result ? warningHelp(outcome.result) : null;
  const help = failure
    ? fieldHelp(failure, draft)
    : similar
      ? fieldHelp(appError('NoSuchBucket', { bucket: similar.bucket, suggestion: similar.use }), draft)
      : null;
  return (
    <Dialog
      title={saved ? t('connection.edit') : t('connection.add')}
      wide
      firm
      onClose={close}
      onSubmit={() => void save()}
      actions={
        <>
          {makesHere ? null : (
            <ActionsStart>
              <Button look={test.failed ? 'primary' : 'normal'} onClick={runTest} busy={test.running}>
                {test.running ? t('connection.testing') : t('connection.test')}
              </Button>
            </ActionsStart>
          )}
          <Button onClick={close}>{t('common.cancel')}</Button>
          <Button look={test.failed ? 'normal' : 'primary'} type="submit" busy={saving || here.starting}>
            {t(
              makesHere
                ? here.starting
                  ? 'connection.starting'
                  : 'connection.start'
                : saving
                  ? 'connection.saving'
                  : test.failed
                    ? 'connection.saveAnyway'
                    : 'connection.save',
            )}
          </Button>
        </>
      }
    >
      <div ref={bodyRef} className={styles.body}>
        <ConnectionFields
          draft={draft}
          problems={form.problems}
          help={help}
          isNew={saved === null}
          secretIsSaved={saved?.auth.type === 'accessKey'}
          suggestedName={form.suggestedName}
          onChange={change}
          onLeave={form.leave}
          onPasted={onPasted}
        />
      </div>
      <p role="status" className={pasted.length === 0 ? 'visually-hidden' : styles.pasted}>
        {pasted.length === 0 ? '' : t('connection.pasted', { count: pasted.length })}
      </p>
      {test.started ? (
        <TestSteps
          steps={test.steps}
          result={outcome?.result ?? null}
          error={outcome?.error ?? null}
          help={help}
          onGoToField={goToField}
        />
      ) : null}
      {refusal ? <FormFailure error={refusal} help={help} onGoToField={goToField} /> : null}
      {here.error ? <AppErrorView error={here.error} /> : null}
      {discarding ? <DiscardDialog onKeep={() => setDiscarding(false)} onDiscard={onClose} /> : null}
    </Dialog>
  );
}

function targetOf(check: DraftCheck, saved: ConnectionView | null): CommandInput<'connections.test'>['target'] | null {
  if (saved && check.update) return { connectionId: saved.id, draft: check.update };
  return check.input ? { connection: check.input } : null;
}
