import { X } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScheduledLimit } from '../../../../shared/domain/transfer-limits.ts';
import { IconButton } from '../../../ui/button/button.tsx';
import styles from './limits.module.css';
import { RateField } from './rate-field.tsx';

/** Of the week as most calendars have it; 0 is Sunday. */
const weekdays = [1, 2, 3, 4, 5, 6, 0] as const;
/** A Sunday. */
const someSundayMs = Date.UTC(2023, 0, 1, 12);

type Props = {
  readonly entry: ScheduledLimit;
  readonly onChange: (entry: ScheduledLimit) => void;
  readonly onRemove: () => void;
};

/** The hours of some days, and the limits that hold in them. */
export function ScheduledLimitRow({ entry, onChange, onRemove }: Props) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const dayName = (day: number, weekday: 'short' | 'long') =>
    new Intl.DateTimeFormat(i18n.language, { weekday, timeZone: 'UTC' }).format(someSundayMs + day * 86_400_000);
  const overMidnight = entry.toMinute <= entry.fromMinute;
  const toggleDay = (day: number) => {
    const days = entry.days.includes(day) ? entry.days.filter((one) => one !== day) : [...entry.days, day];
    if (days.length > 0) onChange({ ...entry, days });
  };
  const timeField = (edge: 'fromMinute' | 'toMinute', label: string) => (
    <label className={styles.time}>
      <span>{label}</span>
      <input
        type="time"
        value={clockOf(entry[edge])}
        aria-describedby={overMidnight ? `${id}-night` : undefined}
        onChange={(event) => {
          const minute = minuteOf(event.target.value);
          if (minute !== null) onChange({ ...entry, [edge]: minute });
        }}
      />
    </label>
  );
  return (
    <li className={styles.entry}>
      <div className={styles.days} role="group" aria-label={t('limits.days')}>
        {weekdays.map((day) => (
          <button
            key={day}
            type="button"
            className={styles.day}
            aria-pressed={entry.days.includes(day)}
            title={dayName(day, 'long')}
            onClick={() => toggleDay(day)}
          >
            {dayName(day, 'short')}
          </button>
        ))}
        <span className={styles.remove}>
          <IconButton small label={t('limits.remove')} icon={<X size={14} aria-hidden />} onClick={onRemove} />
        </span>
      </div>
      <div className={styles.fields}>
        {timeField('fromMinute', t('limits.from'))}
        {timeField('toMinute', t('limits.to'))}
        <RateField
          label={t('limits.up')}
          bytesPerSecond={entry.upBytesPerSecond}
          onChange={(upBytesPerSecond) => onChange({ ...entry, upBytesPerSecond })}
        />
        <RateField
          label={t('limits.down')}
          bytesPerSecond={entry.downBytesPerSecond}
          onChange={(downBytesPerSecond) => onChange({ ...entry, downBytesPerSecond })}
        />
      </div>
      {overMidnight ? (
        <p id={`${id}-night`} className={styles.hint}>
          {t('limits.nextDay')}
        </p>
      ) : null}
    </li>
  );
}

const two = (value: number) => String(value).padStart(2, '0');
const clockOf = (minute: number) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

/** Null while it is being typed. */
function minuteOf(text: string): number | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(text) ?? [];
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes);
}
