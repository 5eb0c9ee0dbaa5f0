import { app, type BrowserWindow, Notification } from 'electron';
import type { EventBatch } from '../../shared/contract/events.ts';
import type { RuleId } from '../../shared/domain/ids.ts';
import type { PreferencesChange } from '../../shared/domain/preferences.ts';
import type { Engine } from '../engine-types.ts';
import { systemClock } from '../system-clock.ts';
import { runningJobs } from './activity.ts';
import { type Background, createBackground } from './background.ts';
import type { LoginItem } from './login-item.ts';
import { limitNotices } from './notice-limit.ts';
import { showMessage } from './message-box.ts';
import { createNotices, type SystemNotice } from './notices.ts';
import { copyText, notify } from './notify.ts';
import type { ShellStateFile } from './shell-state.ts';
import type { UnderWay } from './quit.ts';
import { keepLoginItem } from './start-at-login.ts';
import { openTray } from './tray.ts';
import { watchActivity } from './watch-activity.ts';
import { isInFront } from './window.ts';
import { describeBackground, describeLoginFailure, describeMore } from './words.ts';

export type BesideWindowOptions = {
  readonly engine: Promise<Engine>;
  readonly state: ShellStateFile;
  readonly loginItem: LoginItem;
  readonly currentWindow: () => BrowserWindow | undefined;
  /** Opens the window or brings it to the front, at a rule if one is given. */
  readonly showWindow: (ruleId?: RuleId) => void;
};

export interface BesideWindow {
  readonly background: Background;
  /** What is left for the window of what the engine tells. */
  readonly takeNotices: (batch: EventBatch) => EventBatch;
  readonly underWay: () => UnderWay;
}

/** What the app is without its window: the icon in the tray, the system's notifications, the start at login. Call once ready. */
export function runBesideWindow(options: BesideWindowOptions): BesideWindow {
  const { engine, state, currentWindow, showWindow } = options;
  const use = (work: (opened: Engine) => void): void =>
    // Who opened the engine reports why it could not be.
    void engine.then(work, () => {});
  const setPreferences = (change: PreferencesChange): void =>
    use((opened) => void opened.call('preferences.set', { change }));

  const show = (notice: SystemNotice): void => notify(notice, () => showWindow(notice.ruleId));

  const background = createBackground({
    platform: process.platform,
    clock: systemClock,
    openTray: () =>
      openTray(app.getName(), {
        open: () => showWindow(),
        pauseAll: () => use((opened) => void opened.call('rules.pause', {})),
        resumeAll: () => use((opened) => void opened.call('rules.resume', {})),
        quit: () => app.quit(),
      }),
    tellOnce: (hasTray) => void tellOfBackground(state, hasTray, show),
    quit: () => app.quit(),
  });

  const notices = createNotices({
    isWindowInFront: () => {
      const window = currentWindow();
      return window !== undefined && isInFront(window);
    },
    canNotify: () => Notification.isSupported(),
    notify: limitNotices(systemClock, show, (count) => show(describeMore(count))),
    copy: copyText,
  });

  const login = keepLoginItem({
    item: options.loginItem,
    setPreference: (startAtLogin) => setPreferences({ startAtLogin }),
    tellFailure: (reason) => void showMessage(currentWindow(), { type: 'warning', ...describeLoginFailure(reason) }),
  });

  let underWay: UnderWay = { transfers: 0, changes: 0 };
  use((opened) => {
    watchActivity(opened, systemClock, (now, before) => {
      underWay = { transfers: runningJobs(now).length, changes: now.changes.count };
      background.activityChanged(now);
      login.preferenceIs(now.preferences.startAtLogin);
      if (before !== null) notices.changed(before, now);
    });
  });

  return { background, takeNotices: (batch) => notices.take(batch), underWay: () => underWay };
}

/**
 * Once in the life of a data folder. In a box, which is seen also where notifications are switched off; not on macOS, where
 * that would hold up what goes on.
 */
async function tellOfBackground(
  state: ShellStateFile,
  hasTray: boolean,
  show: (notice: SystemNotice) => void,
): Promise<void> {
  if (state.read().toldOfBackground === true) return;
  state.update({ toldOfBackground: true });
  const { message, detail, buttons } = describeBackground(process.platform, hasTray);
  if (process.platform === 'darwin') return show({ title: message, body: detail });
  const labels = [buttons.goOn, buttons.quit];
  const common = { buttons: labels, defaultId: 0, cancelId: 0, noLink: true };
  // Whoever did not want that quits at once.
  if ((await showMessage(undefined, { type: 'info', message, detail, ...common })) === 1) app.quit();
}
