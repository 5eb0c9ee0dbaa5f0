import { useTranslation } from 'react-i18next';
import { SelectField } from '../../../ui/field/select-field.tsx';
import { useLimitWords } from './use-limit-words.ts';

const kilobyte = 1000;
const megabyte = 1_000_000;
const presets = [
  ...[50, 100, 250, 500].map((rate) => rate * kilobyte),
  ...[1, 2, 3, 5, 10, 20, 50, 100].map((rate) => rate * megabyte),
];
const none = 'none';

type Props = {
  readonly label: string;
  readonly bytesPerSecond: number | null;
  readonly onChange: (bytesPerSecond: number | null) => void;
};

/** One of the usual rates, or the one that was set elsewhere. */
export function RateField({ label, bytesPerSecond, onChange }: Props) {
  const { t } = useTranslation();
  const words = useLimitWords();
  const others = bytesPerSecond === null || presets.includes(bytesPerSecond) ? [] : [bytesPerSecond];
  const rates = [...presets, ...others].sort((a, b) => a - b);
  return (
    <SelectField
      label={label}
      value={bytesPerSecond === null ? none : String(bytesPerSecond)}
      options={[
        { value: none, label: t('limits.none') },
        ...rates.map((rate) => ({ value: String(rate), label: words.rate(rate) })),
      ]}
      onValueChange={(value) => onChange(value === none ? null : Number(value))}
    />
  );
}
