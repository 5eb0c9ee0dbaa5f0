import { Autocomplete } from '@base-ui/react/autocomplete';
import { Search } from 'lucide-react';
import { useMemo } from 'react';
import popup from '../popup/popup.module.css';
import styles from './combobox.module.css';
import { OptionRow } from './option-row.tsx';
import { type ComboboxGroup, type ComboboxOption, matchingGroups } from './options.ts';

type Props = {
  /** The name of the input and of the list. */
  readonly label: string;
  readonly placeholder?: string;
  readonly query: string;
  readonly onQueryChange: (query: string) => void;
  readonly groups: readonly ComboboxGroup[];
  /** The groups are the answer to the query already: they are shown as they are. */
  readonly answered?: boolean;
  /** More is on its way; said to assistive technology too. */
  readonly pendingText?: string | undefined;
  /** Where nothing matches. */
  readonly emptyText: string;
  readonly onChoose: (option: ComboboxOption) => void;
};

/**
 * An input with the list of what it finds right below, always open: the core of a palette. The first hit is
 * highlighted (`aria-activedescendant`), arrows move, Enter chooses, the focus stays in the input.
 */
export function Combobox(props: Props) {
  const {
    label,
    placeholder,
    query,
    onQueryChange,
    groups,
    answered = false,
    pendingText,
    emptyText,
    onChoose,
  } = props;
  const shown = useMemo(() => (answered ? groups : matchingGroups(groups, query)), [answered, groups, query]);
  return (
    <Autocomplete.Root<ComboboxGroup[]>
      open
      inline
      items={[...shown]}
      mode="none"
      autoHighlight="always"
      keepHighlight
      value={query}
      onValueChange={(text, { reason }) => {
        // Choosing is no search.
        if (reason !== 'item-press') onQueryChange(text);
      }}
      itemToStringValue={(option: ComboboxOption) => option.label}
    >
      <div className={styles.inline}>
        <div className={styles.inputRow}>
          <Search size={16} aria-hidden />
          <Autocomplete.Input
            className={styles.input}
            dir="auto"
            aria-label={label}
            placeholder={placeholder}
            spellCheck={false}
            autoCapitalize="off"
          />
        </div>
        <Autocomplete.Status className={styles.note}>{pendingText}</Autocomplete.Status>
        <Autocomplete.Empty className={styles.note}>{pendingText === undefined ? emptyText : null}</Autocomplete.Empty>
        <Autocomplete.List className={styles.list} aria-label={label}>
          {(group: ComboboxGroup) => (
            <Autocomplete.Group key={group.label} items={group.items}>
              <Autocomplete.GroupLabel className={styles.groupLabel}>{group.label}</Autocomplete.GroupLabel>
              <Autocomplete.Collection>
                {(option: ComboboxOption) => (
                  <Autocomplete.Item
                    key={option.value}
                    value={option}
                    disabled={option.disabled === true}
                    className={popup.row}
                    onClick={() => onChoose(option)}
                  >
                    <OptionRow option={option} />
                  </Autocomplete.Item>
                )}
              </Autocomplete.Collection>
            </Autocomplete.Group>
          )}
        </Autocomplete.List>
      </div>
    </Autocomplete.Root>
  );
}
