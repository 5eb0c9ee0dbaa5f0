import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { RuleEvent } from '../../../shared/domain/rule.ts';
import { Button } from '../../ui/button/button.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { focusWhenShown } from '../../ui/focus-when-shown.ts';
import { AppErrorView } from '../../words/error-words.tsx';
import { useDescribeContext } from './automation-context.ts';
import styles from './automation.module.css';
import { suggestName } from './describe-rule.ts';
import { RuleCost } from './rule-cost.tsx';
import type { SlotId } from './rule-problems.ts';
import { RuleSentence } from './rule-sentence.tsx';
import type { DraftInHand } from './use-draft.ts';
import type { SaveRule } from './use-save-rule.ts';

type Props = {
  readonly inHand: DraftInHand;
  readonly saving: SaveRule;
  readonly cost: CommandOutput<'rules.cost'> | null;
  readonly example: RuleEvent | undefined;
  /** Whether it can be saved: not where nothing has been changed. */
  readonly bar: 'new' | 'changed' | 'none';
  /** The name has just been asked for: its field takes the focus. */
  readonly naming?: boolean;
  readonly onSave: () => Promise<void>;
  readonly onDiscard: () => void;
};

/** The sentence, the name, and saving them. What is missing says so in the sentence; saving before leads there. */
export function DraftForm({ inHand, saving, cost, example, bar, naming = false, onSave, onDiscard }: Props) {
  const { t } = useTranslation();
  const context = useDescribeContext();
  const [slot, setSlot] = useState<SlotId | null>(null);
  const { draft, problems, change } = inHand;
  const shown = saving.refused.size > 0 ? new Map([...problems, ...saving.refused]) : problems;
  const [firstProblem] = problems.keys();
  const [firstShown] = shown.keys();
  const price = <RuleCost cost={cost} />;
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (bar !== 'none' && firstProblem === undefined) void onSave();
      }}
    >
      <RuleSentence
        draft={draft}
        onDraft={(next) => {
          if (saving.refused.size > 0) saving.forgive();
          change(next);
        }}
        problems={shown}
        slot={slot}
        onSlot={setSlot}
        example={example}
        cost={price}
      />
      {price}
      {saving.error ? <AppErrorView error={saving.error} /> : null}
      {bar === 'none' ? null : (
        <div className={styles.saveBar} data-testid="save-bar">
          <div className={styles.name}>
            <TextField
              label={t('ruleForm.name')}
              value={draft.name}
              maxLength={100}
              placeholder={suggestName(draft, context)}
              {...(naming ? { ref: focusWhenShown } : {})}
              onValueChange={(name) => change({ ...draft, name })}
            />
          </div>
          <p className={styles.saveNote} role="status">
            {firstProblem !== undefined
              ? t('ruleForm.incomplete', { count: problems.size })
              : saving.refused.size > 0
                ? t('ruleForm.refused')
                : saving.error
                  ? t('ruleForm.failed')
                  : t(bar === 'new' ? 'ruleForm.ready' : 'ruleForm.changed')}
          </p>
          <div className={styles.saveButtons}>
            <Button onClick={onDiscard}>{t(bar === 'new' ? 'ruleForm.startOver' : 'ruleForm.discard')}</Button>
            {firstShown === undefined || firstShown === 'add' ? null : (
              <Button onClick={() => setSlot(firstShown)}>{t('ruleForm.showFirst')}</Button>
            )}
            <Button type="submit" look="primary" disabled={firstProblem !== undefined} busy={saving.saving}>
              {t(bar === 'new' ? 'ruleForm.start' : 'ruleForm.save')}
            </Button>
          </div>
        </div>
      )}
    </form>
  );
}
