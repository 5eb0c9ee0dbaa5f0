import { Select } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { classNames } from '../class-names.ts';
import { FieldFrame, type FieldWords } from './field-frame.tsx';
import styles from './field.module.css';

type Option<V extends string> = { readonly value: V; readonly label: string };
type Props<V extends string> = FieldWords & {
  readonly value: V;
  readonly options: readonly Option<V>[];
  readonly onValueChange: (value: V) => void;
};

export function SelectField<V extends string>({ label, mark, hint, error, value, options, onValueChange }: Props<V>) {
  return (
    <Select.Root<V> items={options} value={value} onValueChange={(chosen) => chosen !== null && onValueChange(chosen)}>
      <FieldFrame
        label={label}
        mark={mark}
        hint={hint}
        error={error}
        labelElement={<Select.Label className={styles.label}>{label}</Select.Label>}
      >
        <Select.Trigger className={classNames(styles.control, styles.trigger)}>
          <Select.Value />
          <Select.Icon className={styles.triggerIcon}>
            <ChevronsUpDown size={14} aria-hidden />
          </Select.Icon>
        </Select.Trigger>
      </FieldFrame>
      <Select.Portal>
        <Select.Positioner className={styles.positioner} sideOffset={4} alignItemWithTrigger={false}>
          <Select.Popup className={styles.popup}>
            {options.map((option) => (
              <Select.Item key={option.value} value={option.value} className={styles.option}>
                <Select.ItemText>{option.label}</Select.ItemText>
                <Select.ItemIndicator className={styles.optionHint}>
                  <Check size={14} aria-hidden />
                </Select.ItemIndicator>
              </Select.Item>
            ))}
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
