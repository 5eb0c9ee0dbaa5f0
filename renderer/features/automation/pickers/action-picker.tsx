import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Action } from '../../../../shared/domain/rule-action.ts';
import { actionTypes } from '../../../../shared/domain/rule-action.ts';
import { newAction } from '../../../stores/rule-draft.ts';
import { Button, IconButton } from '../../../ui/button/button.tsx';
import { SelectField } from '../../../ui/field/select-field.tsx';
import { ActionFields } from './action-fields.tsx';
import styles from './pickers.module.css';
import type { PickerProps } from './slot-picker.tsx';

/** A step: what it does, with what, and where it stands among the others. */
export function ActionPicker({ index, ...props }: PickerProps & { readonly index: number }) {
  const { t } = useTranslation();
  const { draft, onDraft, onSlot } = props;
  const action = draft.actions[index];
  if (!action) return null;
  const set = (next: Action) =>
    onDraft((now) => ({ ...now, actions: now.actions.map((one, at) => (at === index ? next : one)) }));
  const swap = (to: number) => {
    const actions = [...draft.actions];
    const [moved] = actions.splice(index, 1);
    if (moved) actions.splice(to, 0, moved);
    onDraft({ ...draft, actions });
    onSlot(`action.${to}`);
  };
  const remove = () => {
    onSlot(null);
    onDraft({ ...draft, actions: draft.actions.filter((_, at) => at !== index) });
  };
  return (
    <>
      <SelectField
        label={t('rulePicker.step')}
        value={action.type}
        options={actionTypes.map((type) => ({ value: type, label: t(`rulePicker.action.${type}`) }))}
        onValueChange={(type) => type !== action.type && set(withType(action, type))}
      />
      <ActionFields key={action.type} action={action} onAction={set} {...props} />
      <div className={styles.foot}>
        <IconButton
          small
          label={t('rulePicker.earlier')}
          icon={<ArrowUp size={14} aria-hidden />}
          disabled={index === 0}
          onClick={() => swap(index - 1)}
        />
        <IconButton
          small
          label={t('rulePicker.later')}
          icon={<ArrowDown size={14} aria-hidden />}
          disabled={index === draft.actions.length - 1}
          onClick={() => swap(index + 1)}
        />
        <Button small onClick={remove}>
          <Trash2 size={14} aria-hidden />
          {t('rulePicker.removeStep')}
        </Button>
      </div>
    </>
  );
}

const intoBucket: ReadonlySet<string> = new Set(['upload', 'uploadStream', 'copy', 'move']);

/** Pure. Another action; where it goes to stays where both go to the same kind of place. */
function withType(action: Action, type: Action['type']): Action {
  const next = newAction(type);
  if (!intoBucket.has(action.type) || !intoBucket.has(type)) return next;
  const { source: _, ...kept } = action as Extract<Action, { type: 'copy' }>;
  return { ...next, ...kept, type } as Action;
}
