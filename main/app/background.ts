import type { Clock } from '../../shared/domain/clock.ts';
import type { JobId } from '../../shared/domain/ids.ts';
import { type Activity, rulesOn, runningJobs } from './activity.ts';
import { afterLastWindow, isAtWork, wantsTray } from './keep-running.ts';
import { type TrayState, trayState } from './tray-state.ts';

/** The icon, as long as it is shown. */
export interface TrayIcon {
  update(state: TrayState): void;
  remove(): void;
}

export type BackgroundPorts = {
  readonly platform: NodeJS.Platform;
  readonly clock: Clock;
  /** Null where the system has no place for it. */
  readonly openTray: () => TrayIcon | null;
  /** The first time, the person learns that closing the window was not the end. */
  readonly tellOnce: (hasTray: boolean) => void;
  readonly quit: () => void;
};

/** The app beside its window, and without it. */
export interface Background {
  activityChanged(now: Activity): void;
  /** At login: nothing is shown but the icon. */
  startedHidden(): void;
  windowShown(): void;
  lastWindowClosed(hasFailedToStart: boolean): void;
  /** Without a window, and meant to be. */
  isGoingOn(): boolean;
}

/** Menus that are rebuilt close themselves, so not with each file that is done. */
const trayEveryMs = 1000;

/** Keeps the icon in the tray as it should be, and the app running as long as it should. */
export function createBackground(ports: BackgroundPorts): Background {
  let activity: Activity | null = null;
  let isInBackground = false;
  /** It went on for nothing but these, and changes under way; null: for rules, or because it was started so. */
  let keptFor: Set<JobId> | null = null;
  let failedBefore = 0;
  let tray: TrayIcon | null = null;
  let hasTrayFailed = false;
  let shown = '';
  let cancelTimer: (() => void) | null = null;
  let drawnMs = Number.NEGATIVE_INFINITY;

  function draw(): void {
    cancelTimer?.();
    cancelTimer = null;
    if (activity === null) return;
    drawnMs = ports.clock.nowMs();
    if (!wantsTray(activity, isInBackground)) {
      tray?.remove();
      tray = null;
      return;
    }
    if (tray === null && !hasTrayFailed) {
      tray = ports.openTray();
      hasTrayFailed = tray === null;
      shown = '';
    }
    const state = trayState(activity);
    const text = JSON.stringify(state);
    if (text !== shown) tray?.update(state);
    shown = text;
  }

  function leaveBackground(): void {
    isInBackground = false;
    keptFor = null;
    draw();
  }

  /** What has failed, or was interrupted, is there to be seen when the window is opened. */
  function endedWell(jobs: ReadonlySet<JobId>, now: Activity): boolean {
    // Of these the window has nothing left to show: they are told, and what tells them stays.
    if (now.changes.failed > failedBefore) return false;
    return [...jobs].every((id) => ['done', 'cancelled', undefined].includes(now.jobs.get(id)?.state));
  }

  return {
    activityChanged(now) {
      activity = now;
      if (rulesOn(now).length > 0) keptFor = null;
      for (const { id } of runningJobs(now)) keptFor?.add(id);
      if (keptFor !== null && !isAtWork(now) && endedWell(keptFor, now)) {
        leaveBackground();
        if (ports.platform !== 'darwin') ports.quit();
        return;
      }
      const waitMs = drawnMs + trayEveryMs - ports.clock.nowMs();
      // A clock that was set back must not stall it.
      if (waitMs <= 0 || waitMs > trayEveryMs) draw();
      else cancelTimer ??= ports.clock.setTimer(waitMs, draw);
    },
    startedHidden() {
      isInBackground = true;
      draw();
    },
    windowShown: leaveBackground,
    lastWindowClosed(hasFailedToStart) {
      const next = afterLastWindow({ platform: ports.platform, hasFailedToStart, activity });
      if (next === 'quit') return ports.quit();
      if (next === 'stay' || activity === null) return;
      isInBackground = true;
      failedBefore = activity.changes.failed;
      keptFor = rulesOn(activity).length > 0 ? null : new Set(runningJobs(activity).map(({ id }) => id));
      // Perhaps there is a place for it by now.
      hasTrayFailed = false;
      draw();
      ports.tellOnce(tray !== null);
    },
    isGoingOn: () => isInBackground,
  };
}
