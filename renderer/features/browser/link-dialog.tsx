import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import { maxLinkSeconds } from '../../../shared/contract/object-commands.ts';
import type { Result } from '../../../shared/result.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { SelectField } from '../../ui/field/select-field.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { endOfLink } from '../../words/link-end.ts';
import { useFormat } from '../../words/use-format.ts';
import styles from './dialogs.module.css';

const hourSeconds = 3600;
const presets = { hour: hourSeconds, halfDay: 12 * hourSeconds, day: 24 * hourSeconds, week: maxLinkSeconds } as const;
const units = { minutes: 60, hours: hourSeconds, days: 24 * hourSeconds } as const;
type Choice = keyof typeof presets | 'custom';
type Unit = keyof typeof units;

/** Whoever types a number is not asked for a link with each digit. */
const settledMs = 300;

type Props = {
  readonly place: BucketPlace;
  readonly objectKey: string;
  readonly name: string;
  readonly onClose: () => void;
};

/** A presigned link to one object for a time that is chosen, and until when it really works. */
export function LinkDialog({ place, objectKey, name, onClose }: Props) {
  const { t } = useTranslation();
  const [choice, setChoice] = useState<Choice>('day');
  const [amount, setAmount] = useState('2');
  const [unit, setUnit] = useState<Unit>('days');
  const seconds = choice === 'custom' ? secondsOf(amount, unit) : presets[choice];
  const { link, error } = useLink(place, objectKey, seconds);
  const format = useFormat();
  const toast = useToast();
  const copy = async () => {
    // The browser may forbid it; the link is there to be copied by hand.
    const copied = await navigator.clipboard.writeText(link?.url ?? '').then(
      () => true,
      () => false,
    );
    if (copied) toast(t('browser.linkCopied'));
  };
  const said = link ? endOfLink(link, t, format) : t('linkDialog.making');
  return (
    <Dialog
      title={t('browser.linkTitle', { name })}
      description={seconds === null || error ? undefined : said}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.close')}</Button>
          <Button look="primary" disabled={link === null} onClick={() => void copy()}>
            {t('browser.linkCopy')}
          </Button>
        </>
      }
    >
      <SelectField<Choice>
        label={t('linkDialog.validFor')}
        value={choice}
        options={(['hour', 'halfDay', 'day', 'week', 'custom'] as const).map((value) => ({
          value,
          label: t(`linkDialog.${value}`),
        }))}
        onValueChange={setChoice}
      />
      {choice === 'custom' ? (
        <div className={styles.twoFields}>
          <TextField
            label={t('linkDialog.amount')}
            inputMode="numeric"
            error={seconds === null ? t('linkDialog.amountInvalid') : undefined}
            value={amount}
            onValueChange={setAmount}
          />
          <SelectField<Unit>
            label={t('linkDialog.unit')}
            value={unit}
            options={(['minutes', 'hours', 'days'] as const).map((value) => ({
              value,
              label: t(`linkDialog.${value}`),
            }))}
            onValueChange={setUnit}
          />
        </div>
      ) : null}
      {error ? (
        <AppErrorView error={error} />
      ) : (
        <textarea
          dir="ltr"
          className={styles.link}
          aria-label={t('browser.linkUrl')}
          readOnly
          value={link?.url ?? ''}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
    </Dialog>
  );
}

/** Null when that is no whole number, or too long. */
function secondsOf(amount: string, unit: Unit): number | null {
  const seconds = /^\s*\d{1,6}\s*$/.test(amount) ? Number(amount) * units[unit] : 0;
  return seconds >= 1 && seconds <= maxLinkSeconds ? seconds : null;
}

type Held = { readonly seconds: number; readonly answer: Result<CommandOutput<'objects.presign'>> };

/** The link for so many seconds from now, or why there is none; both null until one is known. */
function useLink(place: BucketPlace, key: string, seconds: number | null) {
  const engine = useEngine();
  const { connectionId, bucket } = place;
  const [held, setHeld] = useState<Held | null>(null);
  useEffect(() => {
    if (seconds === null) return undefined;
    let gone = false;
    const timer = setTimeout(() => {
      const asked = { connectionId, bucket, key, expiresInSeconds: seconds };
      void engine.call('objects.presign', asked).then((answer) => {
        if (!gone) setHeld({ seconds, answer });
      });
    }, settledMs);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [engine, connectionId, bucket, key, seconds]);
  // One for another time is none.
  const answer = held?.seconds === seconds ? held.answer : null;
  return { link: answer?.ok === true ? answer.value : null, error: answer?.ok === false ? answer.error : null };
}
