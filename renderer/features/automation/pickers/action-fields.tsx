import { useTranslation } from 'react-i18next';
import type { Action } from '../../../../shared/domain/rule-action.ts';
import { useConnectionsStore } from '../../../stores/connections-store.ts';
import { CheckboxField } from '../../../ui/field/checkbox-field.tsx';
import { SelectField } from '../../../ui/field/select-field.tsx';
import { TextareaField } from '../../../ui/field/textarea-field.tsx';
import { TextField } from '../../../ui/field/text-field.tsx';
import { useFormat } from '../../../words/use-format.ts';
import styles from './pickers.module.css';
import { type ActionProps, TemplateField, withText } from './template-field.tsx';
import { DownloadFields, IntoBucketFields } from './transfer-fields.tsx';
import { pairs, useText } from './use-text.ts';

/** The fields of an action. */
export function ActionFields(props: ActionProps) {
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
      return <CreateBucketFields {...props} action={action} onAction={onAction} />;
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

function CreateBucketFields(props: ActionProps<Extract<Action, { readonly type: 'createBucket' }>>) {
  const { t } = useTranslation();
  const { draft, action, onAction } = props;
  const connections = useConnectionsStore((state) => state.connections);
  const used = action.connection ?? draft.connection;
  return (
    <>
      <TemplateField
        {...props}
        label={t('rulePicker.bucketName')}
        value={action.bucket}
        onValue={(bucket) => onAction({ ...action, bucket })}
      />
      {connections.length > 1 ? (
        <SelectField
          label={t('rulePicker.connection')}
          value={used}
          options={[
            ...(connections.some(({ name }) => name === used) ? [] : [{ value: used, label: used }]),
            ...connections.map(({ name }) => ({ value: name, label: name })),
          ]}
          onValueChange={(name) => onAction(withText(action, 'connection', name === draft.connection ? '' : name))}
        />
      ) : null}
      <TextField
        label={t('rulePicker.region')}
        mark={t('common.optional')}
        hint={t('rulePicker.regionHint')}
        placeholder="eu-central-1"
        dir="ltr"
        value={action.region ?? ''}
        onValueChange={(region) => onAction(withText(action, 'region', region.trim()))}
      />
    </>
  );
}

function TagFields({ action, onAction }: ActionProps<Extract<Action, { readonly type: 'tag' }>>) {
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

function PresignFields({ action, onAction }: ActionProps<Extract<Action, { readonly type: 'presign' }>>) {
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
