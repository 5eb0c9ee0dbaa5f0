import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleEvent } from '../../../../shared/domain/rule.ts';
import { fillTemplate, placeholderNames, unknownPlaceholders } from '../../../../shared/domain/template.ts';
import { visibleText } from '../../../../shared/words/visible-text.ts';
import type { Draft } from '../../../stores/rule-draft.ts';
import styles from './pickers.module.css';

type Props = {
  readonly template: string;
  readonly draft: Draft;
  readonly example: RuleEvent | undefined;
  /** In place of that of the event. */
  readonly path?: string | undefined;
};

/** What a template gives for something that is there now, or for an invented name where nothing is. */
export function TemplateExample({ template, draft, example, path }: Props) {
  const { t } = useTranslation();
  const [atMs] = useState(() => Date.now());
  const { trigger } = draft;
  const prefix = trigger.type === 'newObject' ? trigger.prefix : '';
  const key = example?.key ?? `${prefix}2026/invoice-7.pdf`;
  const base = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const filled = fillTemplate(template, {
    key,
    path: path ?? (key.startsWith(base) ? key.slice(base.length) : key),
    bucket: trigger.type === 'newObject' ? trigger.bucket : null,
    sizeBytes: example?.sizeBytes ?? 120_000,
    etag: example?.etag ?? '9b2cf535f27731c974343645a3985328',
    modifiedMs: example?.lastModified == null ? atMs : Date.parse(example.lastModified),
    event: example?.type ?? 'created',
    connection: draft.connection,
    rule: draft.name,
    atMs,
    url: 'https://…',
  });
  const [unknown] = unknownPlaceholders(template);
  return (
    <div className={styles.example}>
      {template === '' ? null : (
        <p>
          {unknown === undefined ? t('rulePicker.example') : t('ruleProblem.placeholder', { text: unknown })}{' '}
          <code dir="auto">{visibleText(filled)}</code>
        </p>
      )}
      <details>
        <summary>{t('rulePicker.placeholders')}</summary>
        <p className={styles.names}>
          {placeholderNames.map((name) => (
            <code key={name}>{`{${name}}`}</code>
          ))}
        </p>
        <p>{t('rulePicker.placeholdersHint')}</p>
      </details>
    </div>
  );
}
