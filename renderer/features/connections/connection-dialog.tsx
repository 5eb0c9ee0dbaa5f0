import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandInput } from '../../../shared/contract/commands.ts';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { ActionsStart, Dialog } from '../../ui/dialog/dialog.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { type ConnectionDraft, checkDraft, type DraftProblems, draftOf, emptyDraft } from './connection-draft.ts';
import { ConnectionFields } from './connection-fields.tsx';
import { TestSteps } from './test-steps.tsx';
import { useConnectionTest } from './use-connection-test.ts';

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
  const connections = useConnectionsStore((state) => state.connections);
  const [draft, setDraft] = useState<ConnectionDraft>(() => (saved ? draftOf(saved) : emptyDraft));
  const [typedIn, setTypedIn] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const test = useConnectionTest();
  const bodyRef = useRef<HTMLDivElement>(null);

  const takenNames = connections.filter((other) => other.id !== saved?.id).map((other) => other.name);
  const check = checkDraft(draft, saved, takenNames);
  const shown = tried ? check.problems : pickProblems(check.problems, typedIn);

  const change = (changed: Partial<ConnectionDraft>) => {
    setDraft((before) => ({ ...before, ...changed }));
    setTypedIn((before) => new Set([...before, ...Object.keys(changed)]));
    setError(null);
    test.reset();
  };
  const complain = () => {
    setTried(true);
    // The first wrong field, once it is marked as such.
    setTimeout(() => bodyRef.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };

  const runTest = () => {
    const target = targetOf(check, saved);
    if (!target) return complain();
    void test.run(target);
  };
  const save = async () => {
    if (saving) return;
    if (!check.update) return complain();
    setSaving(true);
    const answer = saved
      ? await engine.call('connections.update', { connectionId: saved.id, connection: check.update })
      : check.input && (await engine.call('connections.add', { connection: check.input }));
    setSaving(false);
    if (answer?.ok) onSaved(answer.value.connection);
    else if (answer) setError(answer.error);
  };

  return (
    <Dialog
      title={saved ? t('connection.edit') : t('connection.add')}
      wide
      firm
      onClose={onClose}
      onSubmit={() => void save()}
      actions={
        <>
          <ActionsStart>
            <Button onClick={runTest} disabled={test.running}>
              {test.running ? t('connection.testing') : t('connection.test')}
            </Button>
          </ActionsStart>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit" disabled={saving}>
            {saving ? t('connection.saving') : t('connection.save')}
          </Button>
        </>
      }
    >
      <div ref={bodyRef} style={{ display: 'contents' }}>
        <ConnectionFields
          draft={draft}
          problems={shown}
          secretIsSaved={saved?.auth.type === 'accessKey'}
          onChange={change}
        />
      </div>
      {test.started ? (
        <TestSteps steps={test.steps} result={test.outcome?.result ?? null} error={test.outcome?.error ?? null} />
      ) : null}
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}

/**
 * A field is complained about once something was typed in it, never for being left: a message that appears between
 * pressing and releasing the mouse would move away what is being clicked.
 */
function pickProblems(problems: DraftProblems, typedIn: ReadonlySet<string>): DraftProblems {
  return Object.fromEntries(Object.entries(problems).filter(([field]) => typedIn.has(field)));
}

function targetOf(
  check: ReturnType<typeof checkDraft>,
  saved: ConnectionView | null,
): CommandInput<'connections.test'>['target'] | null {
  if (saved && check.update) return { connectionId: saved.id, draft: check.update };
  return check.input ? { connection: check.input } : null;
}
