import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleView } from '../../../shared/domain/rule.ts';
import { useBrowserStore } from '../../stores/browser-store.ts';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import { useLocalFolderStore } from '../../stores/local-folder-store.ts';
import {
  type BucketTarget,
  type Conflict,
  draftFrom,
  mirrorKind,
  mirrorTemplates,
  type RuleTemplate,
  usualConflict,
} from '../../stores/rule-draft.ts';
import { newRuleKey, putDraft } from '../../stores/draft-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { CheckboxField } from '../../ui/field/checkbox-field.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useDescribeContext } from './automation-context.ts';
import styles from './automation.module.css';
import { describeRule, mirrorSentence, sentenceText } from './describe-rule.ts';
import { FolderField } from './pickers/folder-field.tsx';
import { PlaceFields } from './pickers/place-fields.tsx';
import { ConflictField } from './pickers/transfer-fields.tsx';
import { problemsOf } from './rule-problems.ts';
import { RuleCost, useRuleCost } from './rule-cost.tsx';
import { RuleMatches } from './rule-matches.tsx';
import { useRuleTest } from './use-rule-test.ts';
import { useSaveRule } from './use-save-rule.ts';

type Props = {
  readonly template: RuleTemplate;
  readonly connection: string;
  readonly onBack: () => void;
  readonly onSaved: (rule: RuleView) => void;
};

/** Who has chosen a template goes on in its form. */
const focusFirstField = (form: HTMLFormElement | null) => form?.querySelector('input')?.focus();

/** A template's own form: a folder and a place in a bucket, begun with what is open in the window. */
export function QuickForm({ template, connection: likely, onBack, onSaved }: Props) {
  const { t } = useTranslation();
  const context = useDescribeContext();
  const open = useBrowserStore((state) => state.place);
  const localFolder = useLocalFolderStore((state) => state.folder?.path);
  const several = useConnectionsStore((state) => state.connections.length > 1);
  const [connection, setConnection] = useState(likely);
  const [folder, setFolder] = useState(localFolder ?? '');
  const [place, setPlace] = useState<BucketTarget>({ bucket: open?.bucket ?? '', prefix: open?.prefix ?? '' });
  const [moveTo, setMoveTo] = useState<BucketTarget>({ bucket: open?.bucket ?? '', prefix: 'done/' });
  const [conflict, setConflict] = useState<Conflict>(usualConflict(template));
  const [mirror, setMirror] = useState(false);
  const draft = useMemo(
    () => draftFrom(template, { connection, folder, place, moveTo, conflict, mirror }),
    [template, connection, folder, place, moveTo, conflict, mirror],
  );
  const problems = useMemo(() => problemsOf(draft), [draft]);
  const isComplete = problems.size === 0;
  const test = useRuleTest(isComplete ? draft : null);
  const cost = useRuleCost({ draft, test });
  const saving = useSaveRule(undefined, null);
  const fromFolder = template === 'folderToBucket' || template === 'nightly';
  const folderField = (
    <FolderField
      label={t(fromFolder ? 'ruleTemplate.fromFolder' : 'ruleTemplate.toFolder')}
      value={folder}
      onValueChange={setFolder}
    />
  );
  const placeFields = (
    <PlaceFields
      connection={connection}
      place={place}
      prefixLabel={t('rulePicker.folderInBucket')}
      onPlace={setPlace}
      onConnection={several ? setConnection : undefined}
    />
  );
  const save = async () => {
    const rule = await saving.save(draft);
    if (rule !== null) onSaved(rule);
  };
  const [refusal] = saving.refused.values();
  const described = describeRule(draft, context, problems);
  const sentence = [sentenceText(described, '…'), mirrorSentence(draft, context)].filter(Boolean).join(' ');
  const kind = mirrorKind(draft);
  return (
    <div className={styles.page}>
      <form
        ref={focusFirstField}
        className={styles.quick}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isComplete) void save();
        }}
      >
        <h2>{t(`ruleTemplate.name.${template}`)}</h2>
        {fromFolder ? folderField : placeFields}
        {fromFolder ? placeFields : folderField}
        {template === 'downloadAndMove' ? (
          <fieldset className={styles.group}>
            <legend>{t('ruleTemplate.thenMove')}</legend>
            <PlaceFields
              connection={connection}
              place={moveTo}
              prefixLabel={t('rulePicker.folderInBucket')}
              onPlace={setMoveTo}
            />
          </fieldset>
        ) : null}
        {mirror ? null : <ConflictField isHere={!fromFolder} value={conflict} onValue={setConflict} />}
        {mirrorTemplates.has(template) ? (
          <CheckboxField
            label={t(`ruleMirror.on.${kind}`)}
            hint={mirror ? `${t(`ruleMirror.hint.${kind}`)} ${t('ruleMirror.limits')}` : t(`ruleMirror.hint.${kind}`)}
            checked={mirror}
            onCheckedChange={setMirror}
          />
        ) : null}
        <p className={styles.preview} data-testid="preview">
          {sentence}
        </p>
        <RuleCost cost={cost} />
        {refusal?.what === 'said' ? <p className={styles.refused}>{refusal.text}</p> : null}
        {saving.error ? <AppErrorView error={saving.error} /> : null}
        <div className={styles.saveButtons}>
          <Button onClick={onBack}>{t('rules.back')}</Button>
          <Button onClick={() => putDraft(newRuleKey, draft)}>{t('ruleTemplate.editMore')}</Button>
          <Button type="submit" look="primary" disabled={!isComplete} busy={saving.saving}>
            {t('ruleForm.start')}
          </Button>
        </div>
      </form>
      <div className={styles.panel}>
        <RuleMatches test={test} incomplete={!isComplete} trigger={draft.trigger} />
      </div>
    </div>
  );
}
