import type { Action } from '../../../../shared/domain/rule-action.ts';
import { TextField } from '../../../ui/field/text-field.tsx';
import type { PickerProps } from './slot-picker.tsx';
import { TemplateExample } from './template-example.tsx';

export type ActionProps<A extends Action = Action> = PickerProps & {
  readonly action: A;
  readonly onAction: (action: A) => void;
};

/** Pure. Without the field where nothing is typed. */
export function withText<A extends Action>(
  action: A,
  key: 'connection' | 'name' | 'title' | 'message' | 'region',
  text: string,
): A {
  const { [key]: _, ...rest } = action as A & Partial<Record<typeof key, string>>;
  return (text === '' ? rest : { ...rest, [key]: text }) as A;
}

type TemplateFieldProps = PickerProps & {
  readonly label: string;
  readonly mark?: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onValue: (text: string) => void;
  /** The path that the step goes by where it names its own source. */
  readonly path?: string | undefined;
  /** What stands before and behind it, for the example. */
  readonly around?: readonly [string, string];
};

/** A text with placeholders, and what it gives. */
export function TemplateField({
  label,
  mark,
  placeholder,
  value,
  onValue,
  around = ['', ''],
  ...props
}: TemplateFieldProps) {
  return (
    <>
      <TextField label={label} mark={mark} placeholder={placeholder} dir="auto" value={value} onValueChange={onValue} />
      <TemplateExample template={around[0] + (value === '' ? (placeholder ?? '') : value) + around[1]} {...props} />
    </>
  );
}
