import { useTranslation } from 'react-i18next';
import { takesOne } from '../../../../shared/domain/action-problems.ts';
import type { Action } from '../../../../shared/domain/rule-action.ts';
import { RadioField } from '../../../ui/field/radio-field.tsx';
import { TextField } from '../../../ui/field/text-field.tsx';
import { problemsOf } from '../rule-problems.ts';
import { FolderField } from './folder-field.tsx';
import { PlaceFields } from './place-fields.tsx';
import type { PickerProps } from './slot-picker.tsx';

type FilesSource = NonNullable<Extract<Action, { type: 'upload' }>['source']>;
type ObjectsSource = NonNullable<Extract<Action, { type: 'copy' }>['source']>;
type Source = FilesSource | ObjectsSource;
type Kind = 'event' | 'folder' | 'file' | 'prefix' | 'key';

/** Pure. The kinds of sources that an action can take, the usual one first. */
function kindsOf({ type }: Action): readonly Exclude<Kind, 'event'>[] {
  const isUpload = type === 'upload' || type === 'uploadStream';
  if (takesOne(type)) return isUpload ? ['file'] : ['key'];
  return isUpload ? ['folder', 'file'] : ['prefix', 'key'];
}

const kindOf = (source: Source | undefined): Kind =>
  source === undefined ? 'event' : ((['folder', 'file', 'key'] as const).find((kind) => kind in source) ?? 'prefix');

/** Pure. The same place as another kind of source, as far as it can be. */
function withKind(source: Source | undefined, kind: Exclude<Kind, 'event'>): Source {
  const path = source === undefined ? '' : 'folder' in source ? source.folder : 'file' in source ? source.file : '';
  if (kind === 'folder') return { folder: path };
  if (kind === 'file') return { file: path };
  const bucket = source !== undefined && 'bucket' in source ? source.bucket : '';
  const below = source === undefined ? '' : 'key' in source ? source.key : 'prefix' in source ? source.prefix : '';
  return kind === 'key' ? { bucket, key: below } : { bucket, prefix: below };
}

/** Pure. The step at `index` acts on that; undefined: on what the trigger or a step before brings. */
function withSource(actions: readonly Action[], index: number, source: Source | undefined): readonly Action[] {
  return actions.map((one, at) => {
    if (at !== index || !('source' in one || source !== undefined)) return one;
    const { source: _, ...rest } = one as Extract<Action, { type: 'copy' }>;
    return (source === undefined ? rest : { ...rest, source }) as Action;
  });
}

/** What a step acts on: what the trigger brings, where it brings something, or a folder, a file, a place in a bucket, an object. */
export function SourcePicker({ index, ...props }: PickerProps & { readonly index: number }) {
  const { t } = useTranslation();
  const { draft, onDraft, onPicked } = props;
  const action = draft.actions[index];
  if (!action) return null;
  const given = 'source' in action ? action.source : undefined;
  const without = { ...draft, actions: withSource(draft.actions, index, undefined) };
  const canBeEvent = !problemsOf(without).has(`source.${index}`);
  const offered = kindsOf(action);
  const [usual = 'folder'] = offered;
  // What is asked for is begun with the usual kind; one that the action cannot take is still shown.
  const source = given ?? (canBeEvent ? undefined : withKind(undefined, usual));
  const kind = kindOf(source);
  const kinds: readonly Kind[] = [
    ...(canBeEvent ? (['event'] as const) : []),
    ...offered,
    ...(kind === 'event' || offered.includes(kind) ? [] : [kind]),
  ];
  const set = (next: Source | undefined) =>
    onDraft((now) => ({ ...now, actions: withSource(now.actions, index, next) }));
  return (
    <>
      {kinds.length < 2 ? null : (
        <RadioField
          label={t('rulePicker.source')}
          value={kind}
          options={kinds.map((one) => ({ value: one, label: t(`rulePicker.sourceKind.${one}`) }))}
          onValueChange={(next) => set(next === 'event' ? undefined : withKind(source, next))}
        />
      )}
      {source === undefined ? null : 'file' in source ? (
        <TextField label={t('rulePicker.filePath')} value={source.file} onValueChange={(file) => set({ file })} />
      ) : 'folder' in source ? (
        <FolderField
          label={t('rulePicker.folder')}
          value={source.folder}
          onValueChange={(folder) => set({ folder })}
          onPicked={onPicked}
        />
      ) : (
        <PlaceFields
          connection={draft.connection}
          place={{ bucket: source.bucket, prefix: 'key' in source ? source.key : source.prefix }}
          prefixLabel={kind === 'key' ? t('rulePicker.key') : t('rulePicker.prefix')}
          asFolder={!('key' in source)}
          onPlace={({ bucket, prefix }) => set('key' in source ? { bucket, key: prefix } : { bucket, prefix })}
          onConnection={(connection) => onDraft((now) => ({ ...now, connection }))}
        />
      )}
    </>
  );
}
