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
import { useFormat } from '../../words/use-format.ts';
import { suggestName } from './change-draft.ts';
import type { DraftCheck } from './check-draft.ts';
import type { ConnectionDraft, TextDraftField } from './connection-draft.ts';
import { ConnectionFields } from './connection-fields.tsx';
import styles from './connections.module.css';
import { DiscardDialog } from './discard-dialog.tsx';
import { fieldHelp, warningHelp } from './field-help.ts';
import { FormFailure } from './form-failure.tsx';
import { MfaCodeField } from './mfa-code-field.tsx';
import type { PastedCredentials } from './pasted-credentials.ts';
import { TestSteps } from './test-steps.tsx';
import { useConnectionForm } from './use-connection-form.ts';
import { type TestOptions, useConnectionTest } from './use-connection-test.ts';
import { useExternalId } from './use-external-id.ts';
import { useServiceName } from './use-service-name.ts';
import { useTryIt } from './use-try-it.ts';

type Props = {
  /** Null: a new connection. */
  readonly saved: ConnectionView | null;
  readonly onClose: () => void;
  readonly onSaved: (connection: ConnectionView) => void;
};

const wrongField = '[aria-invalid="true"], [data-file-invalid] button';
/** What can have the focus in a field: of a file only what can be seen. */
const controls = 'input:not([type="file"]), textarea, [role="combobox"], button';

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
  const format = useFormat();
  useExternalId(saved, form.propose);
  const test = useConnectionTest();
  const here = useTryIt(onSaved);
  const [saving, setSaving] = useState(false);
  const [refusal, setRefusal] = useState<AppError | null>(null);
  /** What became of what was pasted or dropped. */
  const [filledIn, setFilledIn] = useState('');
  const [discarding, setDiscarding] = useState(false);
  const bodyRef = useRef<HTMLDivElement>(null);
  const testRef = useRef<HTMLButtonElement>(null);
  const makesHere = saved === null && draft.service === 'thisComputer';

  const change = (changed: Partial<ConnectionDraft>) => {
    form.change(changed);
    setRefusal(null);
    setFilledIn('');
    test.reset();
  };
  const onPasted = (found: PastedCredentials) => {
    const isOther = found.endpointUrl !== undefined;
    // What takes a role is an access key too.
    const ofType =
      draft.authType === 'role' ? ({ baseType: 'accessKey' } as const) : ({ authType: 'accessKey' } as const);
    change({ ...(isOther ? { service: 'other' } : {}), ...found, ...ofType });
    setFilledIn(t('connection.pasted', { count: Object.keys(found).length }));
  };
  const onMoved = (moved: Partial<ConnectionDraft>, fields: readonly TextDraftField[]) => {
    change(moved);
    setFilledIn(
      t('connection.putInto', {
        fields: format.list(
          fields.map((field) => t(`connection.${field}`)),
          'unit',
        ),
      }),
    );
  };
  const complain = () => {
    form.submit();
    // The first wrong field, once it is marked as such.
    setTimeout(() => bodyRef.current?.querySelector<HTMLElement>(wrongField)?.focus());
  };
  const goToField = (field: TextDraftField) => {
    const frame = bodyRef.current?.querySelector(`[data-field="${field}"]`);
    // With its label, which the focus alone would leave out of sight.
    frame?.scrollIntoView({ block: 'center' });
    frame?.querySelector<HTMLElement>(controls)?.focus({ preventScroll: true });
  };
  const runTest = (options: TestOptions = {}) => {
    const target = targetOf(check, saved);
    if (!target) return complain();
    return void test.run(target, options);
  };
  /** The button that was pressed goes with the results of the test before. */
  const testAgain = (options?: TestOptions) => {
    runTest(options);
    testRef.current?.focus();
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
  const tested = outcome?.result?.permissions;
  const failure = refusal ?? outcome?.error ?? outcome?.result?.error ?? null;
  const similar = outcome?.result ? warningHelp(outcome.result) : null;
  const help = failure
    ? fieldHelp(failure, draft)
    : similar
      ? fieldHelp(appError('NoSuchBucket', { bucket: similar.bucket, suggestion: similar.use }), draft)
      : null;
  return (
    <Dialog
      title={saved ? t('connection.edit') : t('sidebar.connect')}
      wide
      firm
      onClose={close}
      onSubmit={() => void save()}
      actions={
        <>
          {makesHere ? null : (
            <ActionsStart>
              <Button
                ref={testRef}
                look={test.failed ? 'primary' : 'normal'}
                onClick={() => runTest()}
                busy={test.running}
              >
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
          saved={saved}
          suggestedName={form.suggestedName}
          onChange={change}
          onLeave={form.leave}
          onPasted={onPasted}
          onMoved={onMoved}
        />
      </div>
      <p role="status" className={filledIn === '' ? 'visually-hidden' : styles.pasted}>
        {filledIn}
      </p>
      {test.started ? (
        <TestSteps
          steps={test.steps}
          result={outcome?.result ?? null}
          error={outcome?.error ?? null}
          help={help}
          onGoToField={goToField}
          onWriteProbe={tested ? () => testAgain({ probe: tested }) : undefined}
          onSignedIn={() => testAgain()}
        />
      ) : null}
      {test.asksCode ? (
        <MfaCodeField
          running={test.running}
          onCode={(mfaCode) => runTest({ mfaCode })}
          onGone={() => testRef.current?.focus()}
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
