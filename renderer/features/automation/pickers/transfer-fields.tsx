import { useTranslation } from 'react-i18next';
import { bringsMany, nameOfSource } from '../../../../shared/domain/action-source.ts';
import { asFolder } from '../../../../shared/domain/inside-path.ts';
import type { Action } from '../../../../shared/domain/rule-action.ts';
import { type Conflict, decidesConnection } from '../../../stores/rule-draft.ts';
import { useConnectionsStore } from '../../../stores/connections-store.ts';
import { CheckboxField } from '../../../ui/field/checkbox-field.tsx';
import { SelectField } from '../../../ui/field/select-field.tsx';
import { FolderField } from './folder-field.tsx';
import { PlaceFields } from './place-fields.tsx';
import type { PickerProps } from './slot-picker.tsx';
import { type ActionProps, TemplateField, withText } from './template-field.tsx';

const conflicts = ['overwrite', 'skip', 'keep-both', 'fail'] as const satisfies readonly Conflict[];

type ConflictProps = {
  readonly value: Conflict;
  readonly onValue: (value: Conflict) => void;
  /** One stream cannot look for a free name. */
  readonly without?: Conflict;
  /** What is there is a file that a person may have changed. */
  readonly isHere?: boolean;
};

/** What becomes of something else of that name. */
export function ConflictField({ value, onValue, without, isHere = false }: ConflictProps) {
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
      hint={isHere && value === 'overwrite' ? t('rulePicker.conflict.lost') : undefined}
      value={value}
      options={conflicts
        .filter((one) => one !== without || one === value)
        .map((one) => ({ value: one, label: labels[one] }))}
      onValueChange={onValue}
    />
  );
}

type IntoBucket = Extract<Action, { readonly type: 'upload' | 'uploadStream' | 'copy' | 'move' }>;

/** Where files or objects go in a bucket, and what becomes of what is there. */
export function IntoBucketFields(props: ActionProps<IntoBucket>) {
  const { t } = useTranslation();
  const { draft, onDraft, action, onAction } = props;
  const connections = useConnectionsStore((state) => state.connections);
  const own = draft.connection;
  const setConnection = (name: string) => {
    if (decidesConnection(draft, action)) return onDraft({ ...draft, connection: name });
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
      {bringsMany(action) ? null : (
        <TemplateField
          {...props}
          label={t('rulePicker.name')}
          mark={t('common.optional')}
          placeholder="{path}"
          path={nameOfSource(action)}
          value={action.name ?? ''}
          around={[`${action.bucket}/${asFolder(action.prefix)}`, '']}
          onValue={(name) => onAction(withText(action, 'name', name))}
        />
      )}
      <ConflictField
        value={action.conflict}
        onValue={(conflict) => onAction({ ...action, conflict })}
        {...(action.type === 'uploadStream' ? { without: 'keep-both' } : {})}
      />
      {action.type === 'uploadStream' ? null : (
        <SkipSameField
          draft={draft}
          value={action.skipSame}
          onValue={(skipSame) => onAction({ ...action, skipSame })}
        />
      )}
    </>
  );
}

/** Where objects go on this computer, and what becomes of what is there. */
export function DownloadFields(props: ActionProps<Extract<Action, { readonly type: 'download' }>>) {
  const { t } = useTranslation();
  const { draft, action, onAction, onPicked } = props;
  const separator = action.folder.includes('\\') ? '\\' : '/';
  return (
    <>
      <FolderField
        label={t('rulePicker.intoFolder')}
        value={action.folder}
        onValueChange={(folder) => onAction({ ...action, folder })}
        onPicked={onPicked}
      />
      {bringsMany(action) ? null : (
        <TemplateField
          {...props}
          label={t('rulePicker.name')}
          mark={t('common.optional')}
          placeholder="{path}"
          path={nameOfSource(action)}
          value={action.name ?? ''}
          around={[action.folder === '' ? '' : `${action.folder.replace(/[\\/]$/, '')}${separator}`, '']}
          onValue={(name) => onAction(withText(action, 'name', name))}
        />
      )}
      <ConflictField isHere value={action.conflict} onValue={(conflict) => onAction({ ...action, conflict })} />
      <SkipSameField draft={draft} value={action.skipSame} onValue={(skipSame) => onAction({ ...action, skipSame })} />
    </>
  );
}

type SkipSameProps = {
  readonly draft: PickerProps['draft'];
  readonly value: boolean;
  readonly onValue: (value: boolean) => void;
};

/** A mirror leaves out what is there in any case. */
function SkipSameField({ draft, value, onValue }: SkipSameProps) {
  const { t } = useTranslation();
  const isMirror = draft.mirror !== undefined;
  return (
    <CheckboxField
      label={t('rulePicker.skipSame')}
      hint={t(isMirror ? 'rulePicker.skipSameMirror' : 'rulePicker.skipSameHint')}
      checked={value || isMirror}
      disabled={isMirror}
      onCheckedChange={onValue}
    />
  );
}
