import { CircleAlert, Plus } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionType } from '../../../shared/domain/rule-action.ts';
import { newAction } from '../../stores/rule-draft.ts';
import { Button } from '../../ui/button/button.tsx';
import { Menu } from '../../ui/menu/menu.tsx';
import { Popover } from '../../ui/popover/popover.tsx';
import { useDescribeContext } from './automation-context.ts';
import styles from './automation.module.css';
import { describeRule, type SentencePart } from './describe-rule.ts';
import { type PickerProps, SlotPicker } from './pickers/slot-picker.tsx';
import type { Problems, SlotId } from './rule-problems.ts';

type Props = Omit<PickerProps, 'onPicked'> & {
  readonly problems: Problems;
  /** The part whose popover is open. */
  readonly slot: SlotId | null;
};

type SlotKind =
  | 'kind'
  | 'what'
  | 'change'
  | 'place'
  | 'folder'
  | 'times'
  | 'interval'
  | 'settle'
  | 'start'
  | 'conditions'
  | 'mirror'
  | 'add'
  | 'action'
  | 'source';
const kindOf = (id: SlotId) => id.split('.')[0] as SlotKind;

/** A rule as a sentence; each part of it that can be changed is a button, and what is missing says so where it is missing. */
export function RuleSentence({ problems, slot, ...props }: Props) {
  const { t } = useTranslation();
  const { draft, onDraft, onSlot } = props;
  const context = useDescribeContext();
  const rootRef = useRef<HTMLDivElement>(null);
  const sentence = describeRule(draft, context, problems);
  const focusSlot = (id: SlotId) =>
    requestAnimationFrame(() => rootRef.current?.querySelector<HTMLElement>(`[data-slot="${id}"]`)?.focus());
  const addStep = (
    <Menu
      groups={stepGroups.map((types) =>
        types.map((type) => ({
          id: type,
          label: t(`rulePicker.action.${type}`),
          run: () => {
            onDraft({ ...draft, actions: [...draft.actions, newAction(type)] });
            // Once the menu has given the focus back.
            setTimeout(() => onSlot(`action.${draft.actions.length}`), menuMs);
          },
        })),
      )}
      trigger={
        <Button small data-slot="add" look={draft.actions.length === 0 ? 'primary' : 'normal'}>
          <Plus size={14} aria-hidden />
          {t('rulePicker.addStep')}
        </Button>
      }
    />
  );
  const render = (part: SentencePart, at: number) => {
    // The parts of a sentence have no other place than the one they have.
    // oxlint-disable-next-line react/no-array-index-key
    if (part.type === 'text') return <span key={`text-${at}`}>{part.text}</span>;
    // The button that adds one stands behind the sentence.
    if (part.id === 'add') {
      return (
        <span key="add" className={styles.lacking}>
          {part.text}
        </span>
      );
    }
    const problem = problems.get(part.id);
    const isWrong = part.missing || (problem !== undefined && problem.what !== 'missing');
    return (
      <Popover
        key={part.id}
        wide
        title={t(`ruleSlot.${kindOf(part.id)}`)}
        open={slot === part.id}
        onOpenChange={(open) => onSlot(open ? part.id : null)}
        trigger={
          <button
            type="button"
            className={styles.slot}
            data-slot={part.id}
            data-missing={isWrong ? '' : undefined}
            data-open={slot === part.id ? '' : undefined}
          >
            {isWrong ? <CircleAlert size={14} aria-hidden /> : null}
            <bdi title={part.text.length > shownLength ? part.text : undefined}>{shortened(part.text)}</bdi>
          </button>
        }
      >
        <SlotPicker id={part.id} problem={problem} onPicked={() => focusSlot(part.id)} {...props} />
      </Popover>
    );
  };
  return (
    <div ref={rootRef} className={styles.sentence} data-testid="sentence">
      <p className={styles.what}>{sentence.what.map(render)}</p>
      <p className={styles.addStep}>{addStep}</p>
      {sentence.how.length === 0 ? null : <p className={styles.how}>{sentence.how.map(render)}</p>}
    </div>
  );
}

/** A part that is longer is cut in its middle: where it begins and ends tells most of it. */
const shownLength = 64;

function shortened(text: string): string {
  const letters = Array.from(text);
  if (letters.length <= shownLength) return text;
  const half = shownLength / 2 - 1;
  return `${letters.slice(0, half).join('')}…${letters.slice(-half).join('')}`;
}

const menuMs = 60;
const stepGroups = [
  ['upload', 'uploadStream', 'download', 'copy', 'move', 'delete'],
  ['tag', 'createBucket', 'presign', 'notify', 'audit'],
] as const satisfies readonly (readonly ActionType[])[];
