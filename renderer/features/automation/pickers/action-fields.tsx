import { useTranslation } from 'react-i18next';
import type { Action } from '../../../../shared/domain/rule-action.ts';
import { useConnectionsStore } from '../../../stores/connections-store.ts';
import { CheckboxField } from '../../../ui/field/checkbox-field.tsx';
import { SelectField } from '../../../ui/field/select-field.tsx';
import { TextareaField } from '../../../ui/field/textarea-field.tsx';
import { TextField } from '../../../ui/field/text-field.tsx';
import { useFormat } from '../../../words/use-format.ts';
import { FolderField } from './folder-field.tsx';
import styles from './pickers.module.css';
import { PlaceFields } from './place-fields.tsx';
import type { PickerProps } from './slot-picker.tsx';
import { TemplateExample } from './template-example.tsx';
import { pairs, useText } from './use-text.ts';

type Props<A extends Action = Action> = PickerProps & { readonly action: A; readonly onAction: (action: A) => void };

/** The fields of an action. */
export function ActionFields(props: Props) {
  const { t } = useTranslation();
  const { action, onAction } = props;
  switch (action.type) {
    case 'upload':
    case 'uploadStream':
    case 'copy':
    case 'move':
      return <IntoBucketFields {...props} action={action} onAction={onAction} />;
    case 'download':
      return <DownloadFields {...props} action={action} onAction={onAction} />;
    case 'delete':
      return <p className={styles.note}>{t('rulePicker.deleteText')}</p>;
    case 'tag':
      return <TagFields {...props} action={action} onAction={onAction} />;
    case 'createBucket':
      return (
        <TemplateField
          {...props}
          label={t('rulePicker.bucketName')}
          value={action.bucket}
          onValue={(bucket) => onAction({ ...action, bucket })}
        />
      );
    case 'presign':
      return <PresignFields {...props} action={action} onAction={onAction} />;
    case 'notify':
      return (
        <>
          <TextField
            label={t('rulePicker.noticeTitle')}
            mark={t('common.optional')}
            value={action.title ?? ''}
            onValueChange={(title) => onAction(withText(action, 'title', title))}
          />
          <TemplateField
            {...props}
            label={t('rulePicker.message')}
            value={action.message}
            onValue={(message) => onAction({ ...action, message })}
          />
        </>
      );
    case 'audit':
      return (
        <TemplateField
          {...props}
          label={t('rulePicker.line')}
          mark={t('common.optional')}
          value={action.message ?? ''}
          onValue={(message) => onAction(withText(action, 'message', message))}
        />
      );
  }
}

/** Without the field where nothing is typed. */
function withText<A extends Action>(action: A, key: 'connection' | 'name' | 'title' | 'message', text: string): A {
  const { [key]: _, ...rest } = action as A & Partial<Record<typeof key, string>>;
  return (text === '' ? rest : { ...rest, [key]: text }) as A;
}

type TemplateFieldProps = PickerProps & {
  readonly label: string;
  readonly mark?: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onValue: (text: string) => void;
  /** What stands before and behind it, for the example. */
  readonly around?: readonly [string, string];
};

function TemplateField({ label, mark, placeholder, value, onValue, around = ['', ''], ...props }: TemplateFieldProps) {
  return (
    <>
      <TextField label={label} mark={mark} placeholder={placeholder} dir="auto" value={value} onValueChange={onValue} />
      <TemplateExample template={around[0] + (value === '' ? (placeholder ?? '') : value) + around[1]} {...props} />
    </>
  );
}

const conflicts = ['overwrite', 'skip', 'keep-both', 'fail'] as const;
type Conflict = (typeof conflicts)[number];

function ConflictField({ value, onValue }: { readonly value: Conflict; readonly onValue: (value: Conflict) => void }) {
  const { t } = useTranslation();
  const labels = {
    overwrite: t('rulePicker.conflict.overwrite'),
    skip: t('rulePicker.conflict.skip'),
    'keep-both': t('rulePicker.conflict.keepBoth'),
    fail: t('rulePicker.conflict.fail'),
  };
  return (
    <SelectField
      label={t('rulePicker.conflict.label')}
      value={value}
      options={conflicts.map((one) => ({ value: one, label: labels[one] }))}
      onValueChange={onValue}
    />
  );
}

type IntoBucket = Extract<Action, { readonly type: 'upload' | 'uploadStream' | 'copy' | 'move' }>;

function IntoBucketFields(props: Props<IntoBucket>) {
  const { t } = useTranslation();
  const { draft, onDraft, action, onAction } = props;
  const connections = useConnectionsStore((state) => state.connections);
  const own = draft.connection;
  const setConnection = (name: string) => {
    // The trigger's bucket says which connection is the rule's own; without one this place does.
    if (draft.trigger.type !== 'newObject') return onDraft({ ...draft, connection: name });
    return onAction(withText(action, 'connection', name === own ? '' : name));
  };
  return (
    <>
      <PlaceFields
        connection={action.connection ?? own}
        place={action}
        prefixLabel={t('rulePicker.folderInBucket')}
        onPlace={({ bucket, prefix }) => onAction({ ...action, bucket, prefix })}
        onConnection={connections.length > 1 || own === '' ? setConnection : undefined}
      />
      <TemplateField
        {...props}
        label={t('rulePicker.name')}
        mark={t('common.optional')}
        placeholder="{path}"
        value={action.name ?? ''}
        around={[`${action.bucket}/${action.prefix}`, '']}
        onValue={(name) => onAction(withText(action, 'name', name))}
      />
      <ConflictField value={action.conflict} onValue={(conflict) => onAction({ ...action, conflict })} />
    </>
  );
}

function DownloadFields(props: Props<Extract<Action, { readonly type: 'download' }>>) {
  const { t } = useTranslation();
  const { action, onAction, onPicked } = props;
  const separator = action.folder.includes('\\') ? '\\' : '/';
  return (
    <>
      <FolderField
        label={t('rulePicker.intoFolder')}
        value={action.folder}
        onValueChange={(folder) => onAction({ ...action, folder })}
        onPicked={onPicked}
      />
      <TemplateField
        {...props}
        label={t('rulePicker.name')}
        mark={t('common.optional')}
        placeholder="{path}"
        value={action.name ?? ''}
        around={[action.folder === '' ? '' : `${action.folder.replace(/[\\/]$/, '')}${separator}`, '']}
        onValue={(name) => onAction(withText(action, 'name', name))}
      />
      <ConflictField value={action.conflict} onValue={(conflict) => onAction({ ...action, conflict })} />
    </>
  );
}

function TagFields({ action, onAction }: Props<Extract<Action, { readonly type: 'tag' }>>) {
  const { t } = useTranslation();
  const tags = useText(action.tags, { ...pairs, onChange: (next) => onAction({ ...action, tags: next }) });
  return (
    <>
      <TextareaField label={t('rulePicker.tags')} hint={t('rulePicker.tagsSetHint')} mono {...tags} />
      <CheckboxField
        label={t('rulePicker.replaceTags')}
        checked={action.replace}
        onCheckedChange={(replace) => onAction({ ...action, replace })}
      />
    </>
  );
}

const spans = [3600, 6 * 3600, 86_400, 3 * 86_400, 7 * 86_400];

function PresignFields({ action, onAction }: Props<Extract<Action, { readonly type: 'presign' }>>) {
  const { t } = useTranslation();
  const format = useFormat();
  const offered = [...new Set([...spans, action.expiresInSeconds])].sort((a, b) => a - b);
  return (
    <>
      <SelectField
        label={t('rulePicker.validFor')}
        value={String(action.expiresInSeconds)}
        options={offered.map((seconds) => ({ value: String(seconds), label: format.longDuration(seconds) }))}
        onValueChange={(seconds) => onAction({ ...action, expiresInSeconds: Number(seconds) })}
      />
      <SelectField
        label={t('rulePicker.linkTo')}
        value={action.to}
        options={[
          { value: 'notification', label: t('rulePicker.toNotice') },
          { value: 'clipboard', label: t('rulePicker.toClipboard') },
        ]}
        onValueChange={(to) => onAction({ ...action, to })}
      />
    </>
  );
}
