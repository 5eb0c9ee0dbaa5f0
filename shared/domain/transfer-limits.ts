import { z } from 'zod';

/** Below it so many requests share a second that each would look dead to its server. */
export const slowestLimit = 10_000;
/** Above it a limit is none: it is counted in 32 bits. */
export const fastestLimit = 2_000_000_000;

/** Bytes a second; null: no limit. */
export const limitSchema = z.number().int().min(slowestLimit).max(fastestLimit).nullable();

export const limitPairSchema = z.object({ upBytesPerSecond: limitSchema, downBytesPerSecond: limitSchema });
export type LimitPair = z.infer<typeof limitPairSchema>;

const minuteSchema = z.number().int().min(0).max(1439);

/**
 * Limits for some hours of some days, in the time zone of the engine's machine. From and to are minutes after midnight;
 * a window whose end is not after its start ends on the next day, and the days are those it starts on (0 is Sunday).
 */
export const scheduledLimitSchema = limitPairSchema.extend({
  days: z.array(z.number().int().min(0).max(6)).min(1).max(7),
  fromMinute: minuteSchema,
  toMinute: minuteSchema,
});
export type ScheduledLimit = z.infer<typeof scheduledLimitSchema>;

/** What holds while no window of the schedule is open; of several that are, the first in the list holds. */
export const transferLimitsSchema = limitPairSchema.extend({ schedule: z.array(scheduledLimitSchema).max(50) });
export type TransferLimits = z.infer<typeof transferLimitsSchema>;

export const noLimits: TransferLimits = { upBytesPerSecond: null, downBytesPerSecond: null, schedule: [] };

/** What was set, and what of it holds now. */
export const limitsViewSchema = z.object({
  limits: transferLimitsSchema,
  now: limitPairSchema.extend({
    /** When another limit comes into force by itself; null: not within a week. */
    untilMs: z.number().nullable(),
  }),
});
export type LimitsView = z.infer<typeof limitsViewSchema>;

export const noLimitsView: LimitsView = {
  limits: noLimits,
  now: { upBytesPerSecond: null, downBytesPerSecond: null, untilMs: null },
};

const rateUnits: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

/**
 * Pure. A rate as people write it: `2M`, `500k`, `1.5 MB/s`, bytes a second without a unit, units decimal; `off` is no
 * limit. Null: no rate, or out of bounds.
 */
export function parseRate(text: string): { readonly bytesPerSecond: number | null } | null {
  const wanted = text.trim().toLowerCase();
  if (wanted === 'off') return { bytesPerSecond: null };
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:b(?:\/s)?)?$/.exec(wanted) ?? [];
  if (number === undefined || unit === undefined) return null;
  const bytesPerSecond = Math.round(Number(number) * (rateUnits[unit] ?? 1));
  return bytesPerSecond >= slowestLimit && bytesPerSecond <= fastestLimit ? { bytesPerSecond } : null;
}
