import type { EngineEvent } from '../../shared/contract/events.ts';
import {
  changePreferences,
  defaultPreferences,
  type Preferences,
  type PreferencesChange,
  preferencesSchema,
} from '../../shared/domain/preferences.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { SettingRepository } from '../db/setting-repository.ts';

/** What a person has chosen, and how the window was left. */
export interface PreferenceService {
  current(): Preferences;
  /** Idempotent. Fails as the database does; nothing has changed then. */
  change(change: PreferencesChange): Result<void>;
}

const settingKey = 'preferences';
/** Places whose columns are kept; the ones changed longest ago go first. */
const keptPlaces = 500;

export function createPreferenceService(
  settings: SettingRepository,
  emit: (event: EngineEvent) => void,
): PreferenceService {
  let current = read(settings.get(settingKey));
  return {
    current: () => current,
    change(change) {
      const next = withoutOldest(changePreferences(current, change));
      const saved = settings.set(settingKey, JSON.stringify(next));
      if (!saved.ok) return saved;
      current = next;
      emit({ type: 'preferences.changed', preferences: current });
      return ok();
    },
  };
}

/** What an older version left out, or nobody understands any more, is as it was at the first start. */
function read(text: string | null): Preferences {
  if (text === null) return defaultPreferences;
  try {
    const saved: unknown = JSON.parse(text);
    if (typeof saved !== 'object' || saved === null) return defaultPreferences;
    const layout = 'layout' in saved && typeof saved.layout === 'object' ? saved.layout : {};
    const whole = { ...defaultPreferences, ...saved, layout: { ...defaultPreferences.layout, ...layout } };
    const parsed = preferencesSchema.safeParse(whole);
    return parsed.success ? parsed.data : defaultPreferences;
  } catch {
    return defaultPreferences;
  }
}

function withoutOldest(preferences: Preferences): Preferences {
  const places = Object.entries(preferences.columns);
  if (places.length <= keptPlaces) return preferences;
  return { ...preferences, columns: Object.fromEntries(places.slice(-keptPlaces)) };
}
