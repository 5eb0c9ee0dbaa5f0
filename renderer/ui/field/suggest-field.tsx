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

/**
 * Free text with a list of suggestions that match it, by value or by hint. The list stands in the document below its
 * input: a list in a portal would hide the rest of the form from assistive technology for as long as it is open.
 */
export function SuggestField({ label, mark, hint, error, value, suggestions, onValueChange, onBlur, ...input }: Props) {
  const [asksOpen, setAsksOpen] = useState(false);
  // Nothing to suggest: no hits, or the text is one of the suggestions already.
  const useful = suggestions.some((one) => matches(one, value)) && !suggestions.some((one) => one.value === value);
  const open = asksOpen && useful;
  return (
    <Autocomplete.Root
      inline
      open={open}
      onOpenChange={setAsksOpen}
      items={suggestions}
      value={value}
      onValueChange={(text, { reason }) => {
        // A list that stands in the document leaves it to its rows what choosing does.
        if (reason !== 'input-change' && reason !== 'input-clear') return;
        onValueChange(text);
        setAsksOpen(true);
      }}
      itemToStringValue={(suggestion: Suggestion) => suggestion.value}
      filter={matches}
    >
      <FieldFrame label={label} mark={mark} hint={hint} error={error}>
        <div className={styles.suggest}>
          <Autocomplete.Input
            className={styles.control}
            dir="auto"
            spellCheck={false}
            autoCapitalize="off"
            {...input}
            // Beside the label element, which counts as hidden where it is scrolled out of a dialog.
            aria-label={label}
            aria-expanded={open}
            onBlur={() => {
              setAsksOpen(false);
              onBlur?.();
            }}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown' && !open) setAsksOpen(true);
              if (event.key !== 'Escape' || !open) return;
              // Closes the list, not what the field is in.
              event.preventDefault();
              event.stopPropagation();
              setAsksOpen(false);
            }}
          />
          {open ? (
            <Autocomplete.List className={styles.suggestions} onMouseDown={(event) => event.preventDefault()}>
              {(suggestion: Suggestion) => (
                <Autocomplete.Item
                  key={suggestion.value}
                  value={suggestion}
                  className={popup.row}
                  onClick={() => {
                    onValueChange(suggestion.value);
                    setAsksOpen(false);
                  }}
                >
                  <span className={combobox.label}>{suggestion.value}</span>
                  <span className={classNames(combobox.hint, popup.soft)}>{suggestion.hint}</span>
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          ) : null}
        </div>
      </FieldFrame>
    </Autocomplete.Root>
  );
}
