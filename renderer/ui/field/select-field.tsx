import { Select } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { classNames } from '../class-names.ts';
import combobox from '../combobox/combobox.module.css';
import popup from '../popup/popup.module.css';
import { FieldFrame, type FieldWords } from './field-frame.tsx';
import styles from './field.module.css';

type Option<V extends string> = { readonly value: V; readonly label: string };
type Props<V extends string> = FieldWords & {
  readonly value: V;
  readonly options: readonly Option<V>[];
  readonly onValueChange: (value: V) => void;
  readonly disabled?: boolean;
};

/** One of a few: the list opens over the window. For many see ComboboxField. */
export function SelectField<V extends string>(props: Props<V>) {
  const { label, mark, hint, error, value, options, onValueChange, disabled = false } = props;
  return (
    <Select.Root<V>
      items={options}
      value={value}
      disabled={disabled}
      onValueChange={(chosen) => chosen !== null && onValueChange(chosen)}
    >
      <FieldFrame
        label={label}
        mark={mark}
        hint={hint}
        error={error}
        labelElement={<Select.Label className={styles.label}>{label}</Select.Label>}
      >
        <Select.Trigger className={classNames(styles.control, styles.trigger)}>
          <Select.Value className={styles.value} />
          <Select.Icon className={styles.triggerIcon}>
            <ChevronsUpDown size={14} aria-hidden />
          </Select.Icon>
        </Select.Trigger>
      </FieldFrame>
      <Select.Portal>
        <Select.Positioner className={popup.positioner} sideOffset={4} alignItemWithTrigger={false}>
          <Select.Popup className={classNames(popup.popup, popup.ofAnchor)}>
            {options.map((option) => (
              <Select.Item key={option.value} value={option.value} className={popup.row}>
                <Select.ItemText className={combobox.label}>{option.label}</Select.ItemText>
                <Select.ItemIndicator className={combobox.check} render={<Check size={14} aria-hidden />} />
              </Select.Item>
            ))}
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
