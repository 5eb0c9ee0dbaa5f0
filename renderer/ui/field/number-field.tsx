import { NumberField as Base } from '@base-ui/react/number-field';
import { FieldFrame, type FieldWords } from './field-frame.tsx';
import styles from './field.module.css';

type Props = FieldWords & {
  /** null: the field is empty. */
  readonly value: number | null;
  readonly onValueChange: (value: number | null) => void;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  /** How numbers are written here; the window's language. */
  readonly locale?: string;
  readonly disabled?: boolean;
  readonly onBlur?: () => void;
};

/** A number: the arrow keys count, Page Up and Down by ten. */
export function NumberField({ label, mark, hint, error, locale, onBlur, onValueChange, ...number }: Props) {
  return (
    <FieldFrame label={label} mark={mark} hint={hint} error={error}>
      <Base.Root {...number} largeStep={10} locale={locale} onValueChange={(value) => onValueChange(value)}>
        <Base.Input className={styles.control} aria-roledescription={undefined} onBlur={onBlur} />
      </Base.Root>
    </FieldFrame>
  );
}
