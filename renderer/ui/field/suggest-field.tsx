import { Autocomplete } from '@base-ui/react/autocomplete';
import { useState } from 'react';
import { classNames } from '../class-names.ts';
import combobox from '../combobox/combobox.module.css';
import { matchRank } from '../combobox/options.ts';
import popup from '../popup/popup.module.css';
import { FieldFrame, type FieldWords } from './field-frame.tsx';
import styles from './field.module.css';

export type Suggestion = { readonly value: string; readonly hint: string };
type Props = FieldWords & {
  readonly value: string;
  readonly suggestions: readonly Suggestion[];
  readonly onValueChange: (value: string) => void;
  readonly onBlur?: () => void;
  readonly placeholder?: string;
  readonly disabled?: boolean;
};

const matches = (suggestion: Suggestion, query: string) =>
  matchRank({ value: suggestion.value, label: suggestion.value, hint: suggestion.hint }, query) > 0;

/** Free text with a list of suggestions that match it, by value or by hint. */
export function SuggestField({ label, mark, hint, error, value, suggestions, onValueChange, ...input }: Props) {
  const [asksOpen, setAsksOpen] = useState(false);
  // Nothing to suggest: no hits, or the text is one of the suggestions already. An open list hides the rest of the
  // window from assistive technology, so it must not stay open for nothing.
  const useful = suggestions.some((one) => matches(one, value)) && !suggestions.some((one) => one.value === value);
  return (
    <Autocomplete.Root
      open={asksOpen && useful}
      onOpenChange={setAsksOpen}
      items={suggestions}
      value={value}
      onValueChange={(text) => onValueChange(text)}
      itemToStringValue={(suggestion: Suggestion) => suggestion.value}
      filter={matches}
    >
      <FieldFrame label={label} mark={mark} hint={hint} error={error}>
        <Autocomplete.Input className={styles.control} spellCheck={false} autoCapitalize="off" {...input} />
      </FieldFrame>
      <Autocomplete.Portal>
        <Autocomplete.Positioner className={popup.positioner} sideOffset={4}>
          <Autocomplete.Popup className={classNames(popup.popup, popup.ofAnchor, styles.hideEmpty)}>
            <Autocomplete.List>
              {(suggestion: Suggestion) => (
                <Autocomplete.Item key={suggestion.value} value={suggestion} className={popup.row}>
                  <span className={combobox.label}>{suggestion.value}</span>
                  <span className={classNames(combobox.hint, popup.soft)}>{suggestion.hint}</span>
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Popup>
        </Autocomplete.Positioner>
      </Autocomplete.Portal>
    </Autocomplete.Root>
  );
}
