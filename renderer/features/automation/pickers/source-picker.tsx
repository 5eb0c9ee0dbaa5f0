import { useTranslation } from 'react-i18next';
import type { Action } from '../../../../shared/domain/rule-action.ts';
import { RadioField } from '../../../ui/field/radio-field.tsx';
import { TextField } from '../../../ui/field/text-field.tsx';
import { FolderField } from './folder-field.tsx';
import { PlaceFields } from './place-fields.tsx';
import type { PickerProps } from './slot-picker.tsx';

type FilesSource = NonNullable<Extract<Action, { type: 'upload' }>['source']>;
type ObjectsSource = NonNullable<Extract<Action, { type: 'copy' }>['source']>;

/** What a step acts on where its trigger brings nothing: a folder, a file, a place in a bucket or one object. */
export function SourcePicker({ index, ...props }: PickerProps & { readonly index: number }) {
  const { draft, onDraft } = props;
  const action = draft.actions[index];
  if (!action) return null;
  const set = (source: FilesSource | ObjectsSource) =>
    onDraft((now) => ({
      ...now,
      actions: now.actions.map((one, at) => (at === index ? ({ ...one, source } as Action) : one)),
    }));
  if (action.type === 'upload' || action.type === 'uploadStream') {
    return <FilesFields {...props} source={action.source ?? { folder: '' }} onSource={set} />;
  }
  const source = 'source' in action ? action.source : undefined;
  return <ObjectsFields {...props} source={source ?? { bucket: '', prefix: '' }} onSource={set} />;
}

function FilesFields({
  source,
  onSource,
  onPicked,
}: PickerProps & { readonly source: FilesSource; readonly onSource: (source: FilesSource) => void }) {
  const { t } = useTranslation();
  const isFile = 'file' in source;
  return (
    <>
      <RadioField
        label={t('rulePicker.source')}
        value={isFile ? 'file' : 'folder'}
        options={[
          { value: 'folder', label: t('rulePicker.allOfFolder') },
          { value: 'file', label: t('rulePicker.oneFile') },
        ]}
        onValueChange={(kind) =>
          onSource(
            kind === 'file' ? { file: 'folder' in source ? source.folder : '' } : { folder: isFile ? source.file : '' },
          )
        }
      />
      {isFile ? (
        <TextField label={t('rulePicker.filePath')} value={source.file} onValueChange={(file) => onSource({ file })} />
      ) : (
        <FolderField
          label={t('rulePicker.folder')}
          value={source.folder}
          onValueChange={(folder) => onSource({ folder })}
          onPicked={onPicked}
        />
      )}
    </>
  );
}

function ObjectsFields({
  draft,
  onDraft,
  source,
  onSource,
}: PickerProps & { readonly source: ObjectsSource; readonly onSource: (source: ObjectsSource) => void }) {
  const { t } = useTranslation();
  const isOne = 'key' in source;
  const prefix = isOne ? source.key : source.prefix;
  const { bucket } = source;
  return (
    <>
      <RadioField
        label={t('rulePicker.source')}
        value={isOne ? 'key' : 'prefix'}
        options={[
          { value: 'prefix', label: t('rulePicker.allBelow') },
          { value: 'key', label: t('rulePicker.oneObject') },
        ]}
        onValueChange={(kind) => onSource(kind === 'key' ? { bucket, key: prefix } : { bucket, prefix })}
      />
      <PlaceFields
        connection={draft.connection}
        place={{ bucket, prefix }}
        prefixLabel={t(isOne ? 'rulePicker.key' : 'rulePicker.prefix')}
        onPlace={(place) => onSource(isOne ? { bucket: place.bucket, key: place.prefix } : place)}
        onConnection={(connection) => onDraft((now) => ({ ...now, connection }))}
      />
    </>
  );
}
