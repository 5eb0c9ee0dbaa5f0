import { useTranslation } from 'react-i18next';
import { useAppInfo } from '../../../stores/app-info.ts';
import { Button } from '../../../ui/button/button.tsx';
import { TextField } from '../../../ui/field/text-field.tsx';
import { usePickFolder } from '../automation-context.ts';
import styles from './pickers.module.css';

type Props = {
  readonly label: string;
  readonly value: string;
  readonly hint?: string | undefined;
  readonly onValueChange: (folder: string) => void;
  /** What is under way is over: the dialog has taken the focus from the popover that the field stands in. */
  readonly onPicked?: (() => void) | undefined;
};

/** A folder of the engine's machine: typed, or picked in a dialog. */
export function FolderField({ label, value, hint, onValueChange, onPicked }: Props) {
  const { t } = useTranslation();
  const pick = usePickFolder();
  const info = useAppInfo((state) => state.info);
  const choose = async () => {
    const folder = await pick(label, value === '' ? (info?.homeFolder ?? '/') : value);
    if (folder !== null) onValueChange(folder);
    onPicked?.();
  };
  return (
    <div className={styles.withButton}>
      <TextField label={label} hint={hint} value={value} onValueChange={onValueChange} />
      <Button onClick={() => void choose()}>{t('rulePicker.choose')}</Button>
    </div>
  );
}
