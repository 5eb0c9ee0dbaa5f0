import type { TFunction } from 'i18next';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleEvent } from '../../../../shared/domain/rule.ts';
import type { Draft } from '../../../stores/rule-draft.ts';
import type { Problem, SlotId } from '../rule-problems.ts';
import { ActionPicker } from './action-picker.tsx';
import { ConditionsPicker } from './conditions-picker.tsx';
import styles from './pickers.module.css';
import { MirrorPicker } from './mirror-picker.tsx';
import { SourcePicker } from './source-picker.tsx';
import { TimesPicker } from './times-picker.tsx';
import {
  ChangePicker,
  IntervalPicker,
  KindPicker,
  SettlePicker,
  StartPicker,
  TriggerFolderPicker,
  TriggerPlacePicker,
  WhatPicker,
} from './trigger-pickers.tsx';

/** A draft, or what becomes of the one of then: a dialog answers later. */
export type ChangeDraft = (next: Draft | ((now: Draft) => Draft)) => void;

export type PickerProps = {
  readonly draft: Draft;
  readonly onDraft: ChangeDraft;
  /** Opens another part, or closes this one. */
  readonly onSlot: (id: SlotId | null) => void;
  /** A dialog has taken the focus, and what was asked there is answered. */
  readonly onPicked: () => void;
  /** The first event that the rule would take now, for examples. */
  readonly example: RuleEvent | undefined;
  /** What looking costs. */
  readonly cost: ReactNode;
};

/** What a part of the sentence is changed with. */
export function SlotPicker({
  id,
  problem,
  ...props
}: PickerProps & { readonly id: SlotId; readonly problem: Problem | undefined }) {
  return (
    <>
      {/* A number says so at its field. */}
      {problem === undefined || problem.what === 'missing' || problem.what === 'number' ? null : (
        <SlotProblem problem={problem} />
      )}
      <Picker id={id} {...props} />
    </>
  );
}

function SlotProblem({ problem }: { readonly problem: Problem }) {
  const { t } = useTranslation();
  return (
    <p className={styles.problem}>
      <CircleAlert size={14} aria-hidden />
      <span>{problemText(problem, t)}</span>
    </p>
  );
}

function problemText(problem: Problem, t: TFunction): string {
  if (problem.what === 'said') return problem.text;
  if (problem.what === 'placeholder') return t('ruleProblem.placeholder', { text: problem.text });
  return t(`ruleProblem.${problem.what}`);
}

function Picker({ id, ...props }: PickerProps & { readonly id: SlotId }) {
  switch (id) {
    case 'kind':
      return <KindPicker {...props} />;
    case 'what':
      return <WhatPicker {...props} />;
    case 'change':
      return <ChangePicker {...props} />;
    case 'place':
      return <TriggerPlacePicker {...props} />;
    case 'folder':
      return <TriggerFolderPicker {...props} />;
    case 'times':
      return <TimesPicker {...props} />;
    case 'interval':
      return <IntervalPicker {...props} />;
    case 'settle':
      return <SettlePicker {...props} />;
    case 'start':
      return <StartPicker {...props} />;
    case 'conditions':
      return <ConditionsPicker {...props} />;
    case 'mirror':
      return <MirrorPicker {...props} />;
    case 'add':
      return null;
    default: {
      const index = Number(id.slice(id.indexOf('.') + 1));
      return id.startsWith('source') ? (
        <SourcePicker key={id} index={index} {...props} />
      ) : (
        <ActionPicker key={id} index={index} {...props} />
      );
    }
  }
}
