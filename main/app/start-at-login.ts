import type { AppError } from '../../shared/errors.ts';
import type { LoginItem } from './login-item.ts';

/**
 * Keeps the preference and the system's login item the same. When the app starts, what the system says counts: a person may
 * have switched it there. From then on a change of the preference is done, or taken back and told.
 */
export function keepLoginItem(ports: {
  readonly item: LoginItem;
  readonly setPreference: (on: boolean) => void;
  readonly tellFailure: (reason: AppError | 'needsApproval') => void;
}) {
  const { item } = ports;
  let wanted: boolean | null = null;
  let queue = Promise.resolve();

  async function begin(preference: boolean): Promise<void> {
    const state = await item.state();
    // What cannot be read is not touched.
    if (!state.ok) return;
    // This copy of the app lies elsewhere than the one that was set.
    if (preference && state.value === 'other') await item.set(true);
    const isOn = preference ? state.value !== 'off' : state.value === 'on';
    if (isOn === preference) return;
    wanted = isOn;
    ports.setPreference(isOn);
  }

  async function change(on: boolean): Promise<void> {
    const done = await item.set(on);
    if (done.ok) return;
    ports.tellFailure(done.error);
    if (wanted !== on) return;
    wanted = !on;
    ports.setPreference(!on);
  }

  return {
    /** The preference as it is now; the first time at the start. */
    preferenceIs(on: boolean): void {
      if (wanted === on) return;
      const isStart = wanted === null;
      wanted = on;
      queue = queue.then(() => (isStart ? begin(on) : change(on)));
    },
  };
}
