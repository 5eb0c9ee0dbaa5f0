import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../../ui/button/button.tsx';
import { focusWhenShown } from '../../ui/focus-when-shown.ts';
import { TextField } from '../../ui/field/text-field.tsx';
import styles from './dialogs.module.css';

/** One line of the editor; `id` stays while name and value change. */
export type Pair = { readonly id: number; readonly name: string; readonly value: string };
export type PairProblem = { readonly name?: string | undefined; readonly value?: string | undefined };

type Props = {
  readonly pairs: readonly Pair[];
  readonly onChange: (pairs: readonly Pair[]) => void;
  /** What is wrong with a line. */
  readonly problemOf: (pair: Pair) => PairProblem;
  /** What a line is called for assistive technology. */
  readonly lineLabel: (number: number) => string;
  readonly addLabel: string;
  readonly most: number;
  /** The first line has the focus when it appears. */
  readonly focusFirst?: boolean;
};

/** Names with values: lines that can be changed, added and removed. */
export function PairFields({ pairs, onChange, problemOf, lineLabel, addLabel, most, focusFirst = false }: Props) {
  const { t } = useTranslation();
  const [added, setAdded] = useState(focusFirst ? (pairs[0]?.id ?? 0) : 0);
  const change = (id: number, part: Partial<Pair>) =>
    onChange(pairs.map((pair) => (pair.id === id ? { ...pair, ...part } : pair)));
  return (
    <div className={styles.pairs}>
      {pairs.map((pair, index) => {
        const problem = problemOf(pair);
        const label = lineLabel(index + 1);
        return (
          // A fieldset would bring a look of its own.
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
          <div key={pair.id} role="group" aria-label={label} className={styles.pair}>
            <TextField
              label={t('pairs.name')}
              error={problem.name}
              value={pair.name}
              ref={pair.id === added ? focusWhenShown : undefined}
              onValueChange={(name) => change(pair.id, { name })}
            />
            <TextField
              label={t('pairs.value')}
              error={problem.value}
              value={pair.value}
              onValueChange={(value) => change(pair.id, { value })}
            />
            <IconButton
              label={t('pairs.remove', { what: pair.name === '' ? label : pair.name })}
              icon={<X size={14} aria-hidden />}
              onClick={() => onChange(pairs.filter(({ id }) => id !== pair.id))}
            />
          </div>
        );
      })}
      {pairs.length < most ? (
        <Button
          small
          onClick={() => {
            const next = newPair(pairs);
            setAdded(next.id);
            onChange([...pairs, next]);
          }}
        >
          <Plus size={14} aria-hidden />
          {addLabel}
        </Button>
      ) : null}
    </div>
  );
}

/** Pure. */
export function newPair(pairs: readonly Pair[]): Pair {
  return { id: Math.max(0, ...pairs.map(({ id }) => id)) + 1, name: '', value: '' };
}

/** Pure. In the order of their names. */
export function pairsOf(entries: Readonly<Record<string, string>>): readonly Pair[] {
  const sorted = Object.entries(entries).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, value], index) => ({ id: index + 1, name, value }));
}

/** Pure. Lines with nothing in them are left out. */
export function filledPairs(pairs: readonly Pair[]): readonly Pair[] {
  return pairs.filter(({ name, value }) => name !== '' || value !== '');
}

/** Pure. */
export function entriesOf(pairs: readonly Pair[]): Readonly<Record<string, string>> {
  return Object.fromEntries(filledPairs(pairs).map(({ name, value }) => [name, value]));
}

/** Pure. Whether a line before it has the same name. */
export function isTwice(pairs: readonly Pair[], pair: Pair, sameName = (a: string, b: string) => a === b): boolean {
  const before = pairs.slice(0, pairs.indexOf(pair));
  return pair.name !== '' && before.some(({ name }) => sameName(name, pair.name));
}
