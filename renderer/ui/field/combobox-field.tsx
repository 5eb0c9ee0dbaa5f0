import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown } from 'lucide-react';
import { classNames } from '../class-names.ts';
import combobox from '../combobox/combobox.module.css';
import { OptionRow } from '../combobox/option-row.tsx';
import { type ComboboxOption, matchRank } from '../combobox/options.ts';
import popup from '../popup/popup.module.css';
import { FieldFrame, type FieldWords } from './field-frame.tsx';
import styles from './field.module.css';

type Props = FieldWords & {
  /** The value of the chosen option; null for none. */
  readonly value: string | null;
  readonly options: readonly ComboboxOption[];
  readonly onValueChange: (value: string | null) => void;
  /** Where nothing matches. */
  readonly emptyText: string;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  /** For options that come from elsewhere: they answer this query and are shown as they are. */
  readonly onQueryChange?: (query: string) => void;
  /** More is on its way. */
  readonly pendingText?: string | undefined;
};

/**
 * One of many, found by typing into the list that opens. The input stands in the list: with one outside of it the rest of
 * the window would be hidden from assistive technology for as long as the list is open.
 */
export function ComboboxField(props: Props) {
  const { label, mark, hint, error, value, options, onValueChange, onQueryChange, disabled = false } = props;
  const chosen = options.find((option) => option.value === value) ?? null;
  return (
    <Combobox.Root<ComboboxOption>
      items={options}
      value={chosen}
      onValueChange={(option) => onValueChange(option?.value ?? null)}
      onInputValueChange={(query, { reason }) => reason === 'input-change' && onQueryChange?.(query)}
      itemToStringLabel={(option) => option.label}
      isItemEqualToValue={(a, b) => a.value === b.value}
      filter={onQueryChange === undefined ? (option, query) => matchRank(option, query) > 0 : null}
      autoHighlight
      disabled={disabled}
    >
      <FieldFrame
        label={label}
        mark={mark}
        hint={hint}
        error={error}
        labelElement={<Combobox.Label className={styles.label}>{label}</Combobox.Label>}
      >
        <Combobox.Trigger className={classNames(styles.control, styles.trigger)}>
          <span className={classNames(styles.value, chosen === null && styles.unset)}>
            {chosen?.label ?? props.placeholder}
          </span>
          <Combobox.Icon className={styles.triggerIcon}>
            <ChevronsUpDown size={14} aria-hidden />
          </Combobox.Icon>
        </Combobox.Trigger>
      </FieldFrame>
      <Combobox.Portal>
        <Combobox.Positioner className={popup.positioner} sideOffset={4}>
          <Combobox.Popup className={classNames(popup.popup, popup.ofAnchor, styles.searched)} aria-label={label}>
            <Combobox.Input
              className={classNames(styles.control, styles.search)}
              aria-label={label}
              spellCheck={false}
              autoCapitalize="off"
            />
            <Combobox.Status className={combobox.popupNote}>{props.pendingText}</Combobox.Status>
            <Combobox.Empty className={combobox.popupNote}>
              {props.pendingText === undefined ? props.emptyText : null}
            </Combobox.Empty>
            <Combobox.List className={styles.found}>
              {(option: ComboboxOption) => (
                <Combobox.Item
                  key={option.value}
                  value={option}
                  disabled={option.disabled === true}
                  className={popup.row}
                >
                  <OptionRow option={option} />
                  <Combobox.ItemIndicator className={combobox.check} render={<Check size={14} aria-hidden />} />
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
