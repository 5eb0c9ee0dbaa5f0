import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { Button } from '../../ui/button/button.tsx';
import { checkDraft } from './check-draft.ts';
import { type ConnectionDraft, credentialsOf } from './connection-draft.ts';
import type { FieldsProps } from './field-props.ts';
import type { CallerTarget } from './guide/guide-dialog.tsx';

const GuideDialog = lazy(async () => ({ default: (await import('./guide/guide-dialog.tsx')).GuideDialog }));

/** Opens the guide to what the chosen way to sign in asks for, over the form, which stays as it is. */
export function FormGuide({ draft, saved, onChange }: Pick<FieldsProps, 'draft' | 'saved' | 'onChange'>) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { authType } = draft;
  if (authType === 'profile' || (draft.service !== 'amazon' && authType === 'accessKey')) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('guide.offer')}</Button>
      {open ? (
        <Suspense fallback={null}>
          <GuideDialog
            method={authType}
            settings={{
              ...filled('restrictToBucket', draft.restrictToBucket),
              ...filled('restrictToPath', draft.restrictToPath),
              ...filled('region', draft.region),
              ...filled('endpointUrl', draft.endpointUrl),
            }}
            auth={draft}
            target={callerTarget(draft, saved)}
            onUse={onChange}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}

/**
 * Pure. Whom to ask who the caller is: the connection as typed, or, while its role is not known yet, what is to take it.
 * Null while there is nothing to sign in with.
 */
export function callerTarget(draft: ConnectionDraft, saved: ConnectionView | null): CallerTarget | null {
  // The name does not matter for it, and comes last to mind.
  const named = { ...draft, name: draft.name.trim() || 'new' };
  const whole = checkDraft(named, saved, []);
  if (saved && whole.update) return { connectionId: saved.id, draft: whole.update };
  if (whole.input) return { connection: whole.input };
  const base = credentialsOf(draft);
  if (draft.authType !== 'role' || base === null) return null;
  const direct = checkDraft({ ...named, authType: base }, null, []).input;
  return direct ? { connection: direct } : null;
}

function filled<K extends string>(name: K, typed: string): { readonly [N in K]?: string } {
  return typed.trim() === '' ? {} : ({ [name]: typed.trim() } as { readonly [N in K]: string });
}
