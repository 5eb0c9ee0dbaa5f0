import { Autocomplete } from '@base-ui/react/autocomplete';
import { ChevronDown } from 'lucide-react';
import { useRef, useState } from 'react';
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
  /** A few that a person chooses among: a button of this name lists all of them, whatever is typed. */
  readonly browseLabel?: string;
};

const matches = (suggestion: Suggestion, query: string) =>
  matchRank({ value: suggestion.value, label: suggestion.value, hint: suggestion.hint }, query) > 0;

/** At the end of a dialog the list begins below what can be seen of it. */
const bringIntoSight = (list: HTMLElement | null) => list?.scrollIntoView({ block: 'nearest' });

/**
 * Free text with a list of suggestions that match it, by value or by hint. The list stands in the document below its
 * input: a list in a portal would hide the rest of the form from assistive technology for as long as it is open.
 */
export function SuggestField(props: Props) {
  const { label, mark, hint, error, value, suggestions, onValueChange, onBlur, browseLabel, ...input } = props;
  const [asked, setAsked] = useState<'no' | 'matching' | 'all'>('no');
  const inputRef = useRef<HTMLInputElement>(null);
  const canBrowse = browseLabel !== undefined && suggestions.length > 0;
  // Nothing to suggest: no hits, or the text is one of the suggestions already.
  const useful = suggestions.some((one) => matches(one, value)) && !suggestions.some((one) => one.value === value);
  const open = asked === 'all' ? canBrowse : asked === 'matching' && useful;
  return (
    <Autocomplete.Root
      inline
      open={open}
      onOpenChange={(opens) => setAsked(opens ? 'matching' : 'no')}
      items={suggestions}
      value={value}
      onValueChange={(text, { reason }) => {
        // A list that stands in the document leaves it to its rows what choosing does.
        if (reason !== 'input-change' && reason !== 'input-clear') return;
        onValueChange(text);
        setAsked('matching');
      }}
      itemToStringValue={(suggestion: Suggestion) => suggestion.value}
      filter={asked === 'all' ? () => true : matches}
    >
      <FieldFrame label={label} mark={mark} hint={hint} error={error}>
        <div className={classNames(styles.suggest, canBrowse && styles.withButton)}>
          <Autocomplete.Input
            ref={inputRef}
            className={styles.control}
            dir="auto"
            spellCheck={false}
            autoCapitalize="off"
            {...input}
            // Beside the label element, which counts as hidden where it is scrolled out of a dialog.
            aria-label={label}
            aria-expanded={open}
            onBlur={() => {
              setAsked('no');
              onBlur?.();
            }}
            // With nothing typed a click asks what there is.
            onClick={() => canBrowse && value === '' && setAsked('all')}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown' && !open) setAsked(canBrowse && !useful ? 'all' : 'matching');
              if (event.key !== 'Escape' || !open) return;
              // Closes the list, not what the field is in.
              event.preventDefault();
              event.stopPropagation();
              setAsked('no');
            }}
          />
          {canBrowse ? (
            <button
              type="button"
              className={styles.browse}
              aria-label={browseLabel}
              // By keyboard the arrow key in the field does the same.
              tabIndex={-1}
              disabled={input.disabled}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => {
                inputRef.current?.focus();
                setAsked(open ? 'no' : 'all');
              }}
            >
              <ChevronDown size={14} aria-hidden />
            </button>
          ) : null}
          {open ? (
            <Autocomplete.List
              ref={bringIntoSight}
              className={styles.suggestions}
              onMouseDown={(event) => event.preventDefault()}
            >
              {(suggestion: Suggestion) => (
                <Autocomplete.Item
                  key={suggestion.value}
                  value={suggestion}
                  className={popup.row}
                  onClick={() => {
                    onValueChange(suggestion.value);
                    setAsked('no');
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
