import { Ellipsis } from 'lucide-react';
import { memo, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleView } from '../../../shared/domain/rule.ts';
import { needsAttention, type RuleMark } from '../../../shared/domain/rule-mark.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { draftOf } from '../../stores/rule-draft.ts';
import { IconButton } from '../../ui/button/button.tsx';
import { Menu } from '../../ui/menu/menu.tsx';
import { Tooltip } from '../../ui/tooltip/tooltip.tsx';
import { useDescribeContext } from './automation-context.ts';
import { describeRule, sentenceText } from './describe-rule.ts';
import { RuleMarkIcon } from './rule-mark.tsx';
import { ruleMenu } from './rule-menu.tsx';
import styles from './rules-section.module.css';
import type { RuleDeeds } from './use-rule-deeds.ts';

type Props = {
  readonly rule: RuleView;
  readonly mark: RuleMark;
  readonly current: boolean;
  readonly tabbable: boolean;
  readonly onFocus: () => void;
  readonly deeds: RuleDeeds;
  readonly onRemove: (rule: RuleView) => void;
};

const nothingWrong = new Map();

/** A rule: its state as a sign, as a word where something is to be done, and in full, with what it does, on hover. */
export const RuleItem = memo(function RuleItem({ rule, mark, current, tabbable, onFocus, deeds, onRemove }: Props) {
  const { t } = useTranslation();
  const context = useDescribeContext();
  const stateId = useId();
  const sentence = sentenceText(describeRule(draftOf(rule), context, nothingWrong));
  const error = mark === 'stopped' ? rule.stoppedBy : mark === 'problem' ? rule.problem : undefined;
  const state = t(`rules.mark.${mark}`);
  const words = error ? describeError(error) : null;
  const meaning = words
    ? t('rules.meaningBecause', { state, sentence, message: words.message, fix: words.fix })
    : t('rules.meaning', { state, sentence });
  return (
    <li className={styles.item} data-current={current ? '' : undefined}>
      <Tooltip text={meaning}>
        <button
          type="button"
          className={styles.open}
          data-rule={rule.id}
          tabIndex={tabbable ? 0 : -1}
          aria-current={current ? 'true' : undefined}
          aria-describedby={stateId}
          onFocus={onFocus}
          onClick={() => deeds.open(rule.id)}
        >
          <span className={styles.state} data-mark={mark}>
            <RuleMarkIcon mark={mark} />
          </span>
          <span className={styles.name} dir="auto" data-name>
            {visibleText(rule.name)}
          </span>
          {needsAttention(mark) ? (
            <span className={styles.word} data-mark={mark} aria-hidden>
              {t(`rules.markWord.${mark}`)}
            </span>
          ) : null}
        </button>
      </Tooltip>
      <span id={stateId} hidden>
        {meaning}
      </span>
      <span className={styles.more}>
        <Menu
          trigger={
            <IconButton
              small
              label={t('rules.more', { name: rule.name })}
              tabIndex={tabbable ? 0 : -1}
              icon={<Ellipsis size={14} aria-hidden />}
            />
          }
          groups={ruleMenu(rule, deeds, onRemove, t)}
        />
      </span>
    </li>
  );
});
