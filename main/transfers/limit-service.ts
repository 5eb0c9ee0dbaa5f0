import type { EngineEvent } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import {
  type LimitPair,
  type LimitsView,
  noLimits,
  type TransferLimits,
  transferLimitsSchema,
} from '../../shared/domain/transfer-limits.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { SettingRepository } from '../db/setting-repository.ts';
import { limitsAt, type ReadWall } from './bandwidth-schedule.ts';

/** How fast transfers may be, and when ([T43]). */
export interface LimitService {
  current(): LimitsView;
  /** Holds from the next bytes on, and after a restart. Idempotent. Fails as the database does; nothing has changed then. */
  set(limits: TransferLimits): Result<void>;
  close(): void;
}

export type LimitServiceOptions = {
  readonly settings: Pick<SettingRepository, 'get' | 'set'>;
  readonly clock: Clock;
  readonly emit: (event: EngineEvent) => void;
  /** Makes the limits hold where bytes move. */
  readonly apply: (limits: LimitPair) => void;
  readonly readWall?: ReadWall;
};

const settingKey = 'transferLimits';
/** A machine that slept, or whose clock was set, knows the time again after so long at the most. */
const longestTimerMs = 60_000;

export function createLimitService({ settings, clock, emit, apply, readWall }: LimitServiceOptions): LimitService {
  let limits = read(settings.get(settingKey));
  let now = limitsAt(limits, clock.nowMs(), readWall);
  let cancelTimer: () => void = () => undefined;

  function look(): void {
    cancelTimer();
    const before = now;
    now = limitsAt(limits, clock.nowMs(), readWall);
    apply(now);
    if (JSON.stringify(now) !== JSON.stringify(before)) tell();
    if (limits.schedule.length === 0) return;
    const delayMs = now.untilMs === null ? longestTimerMs : Math.min(now.untilMs - clock.nowMs(), longestTimerMs);
    cancelTimer = clock.setTimer(delayMs, look);
  }

  const current = (): LimitsView => ({ limits, now });
  const tell = () => emit({ type: 'transfers.limits', limits: current() });
  look();

  return {
    current,
    set(next) {
      const saved = settings.set(settingKey, JSON.stringify(next));
      if (!saved.ok) return saved;
      limits = next;
      now = limitsAt(limits, clock.nowMs(), readWall);
      look();
      tell();
      return ok();
    },
    close: () => cancelTimer(),
  };
}

/** What nobody understands any more is no limit. */
function read(text: string | null): TransferLimits {
  if (text === null) return noLimits;
  try {
    const parsed = transferLimitsSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : noLimits;
  } catch {
    return noLimits;
  }
}
