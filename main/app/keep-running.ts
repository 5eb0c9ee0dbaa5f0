import { type Activity, rulesOn, runningJobs } from './activity.ts';

export type Closing = {
  readonly platform: NodeJS.Platform;
  readonly hasFailedToStart: boolean;
  /** Null: the engine has not told yet what it is at. */
  readonly activity: Activity | null;
};

/**
 * What becomes of the app when its last window is closed. background: it goes on, with an icon in the tray. stay: it goes on as
 * apps on macOS do, in the dock, with nothing to do. Pure.
 */
export function afterLastWindow({ platform, hasFailedToStart, activity }: Closing): 'background' | 'stay' | 'quit' {
  if (hasFailedToStart) return 'quit';
  if (activity?.preferences.keepRunning === true && isAtWork(activity)) return 'background';
  return platform === 'darwin' ? 'stay' : 'quit';
}

/**
 * Whether the app shows its icon in the tray: without a window while it goes on, and beside the window when closing that would
 * leave it to its rules. Transfers alone do not make it come and go. Pure.
 */
export function wantsTray(activity: Activity, isInBackground: boolean): boolean {
  return isInBackground || (activity.preferences.keepRunning && rulesOn(activity).length > 0);
}

/**
 * Whether a rule is on, a transfer runs or objects are being changed. An app that went on in the background for nothing but
 * transfers and changes is over with them. Pure.
 */
export function isAtWork(activity: Activity): boolean {
  return rulesOn(activity).length > 0 || runningJobs(activity).length > 0 || activity.changes.count > 0;
}
