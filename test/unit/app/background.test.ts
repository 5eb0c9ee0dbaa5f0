import { describe, expect, it } from 'vitest';
import { type Activity, rulesStoppedSince } from '../../../main/app/activity.ts';
import { createBackground } from '../../../main/app/background.ts';
import { afterLastWindow, wantsTray } from '../../../main/app/keep-running.ts';
import { type TrayState, trayState } from '../../../main/app/tray-state.ts';
import { describeBackground, trayLine } from '../../../main/app/words.ts';
import { appError } from '../../../shared/errors.ts';
import { activityWith } from '../../fakes/activity.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';

const question = {
  fileId: 1,
  name: 'a.jpg',
  source: { where: '/a.jpg', sizeBytes: 1, modifiedMs: null },
  target: { where: 'finance/a.jpg', sizeBytes: 1, modifiedMs: null },
  openQuestions: 1,
};
const failed = { runs: { waiting: 0, running: 0, failed: 2, done: 0, skipped: 0 } };
const off = { enabled: false, state: 'off' };

describe('closing the last window', () => {
  const after = (of: Parameters<typeof activityWith>[0], platform: NodeJS.Platform = 'linux') =>
    afterLastWindow({ platform, hasFailedToStart: false, activity: activityWith(of) });

  it('goes on in the background while a rule is on or a transfer runs', () => {
    expect(after({ rules: [off, {}] })).toBe('background');
    expect(after({ rules: [{}], allPaused: true })).toBe('background');
    for (const state of ['queued', 'planning', 'active', 'waiting'])
      expect(after({ jobs: [{ state }] })).toBe('background');
    expect(after({ changes: { count: 1 } })).toBe('background');
  });

  it('quits with nothing to do, and stays in the dock on macOS', () => {
    for (const state of ['paused', 'interrupted', 'done', 'failed', 'cancelled'])
      expect(after({ rules: [off, { state: 'stopped' }], jobs: [{ state }] })).toBe('quit');
    expect(after({}, 'darwin')).toBe('stay');
    expect(after({ rules: [{}] }, 'darwin')).toBe('background');
  });

  it('quits when the person wants that, when the engine could not be opened, and before it has told anything', () => {
    const preferences = { keepRunning: false };
    expect(after({ rules: [{}], jobs: [{}], preferences })).toBe('quit');
    expect(after({ rules: [{}], preferences }, 'darwin')).toBe('stay');
    expect(afterLastWindow({ platform: 'darwin', hasFailedToStart: true, activity: null })).toBe('quit');
    expect(afterLastWindow({ platform: 'linux', hasFailedToStart: false, activity: null })).toBe('quit');
    expect(afterLastWindow({ platform: 'darwin', hasFailedToStart: false, activity: null })).toBe('stay');
  });
});

describe('the icon in the tray', () => {
  const lines = (of: Parameters<typeof activityWith>[0]) => trayState(activityWith(of)).lines.map(trayLine);

  it('stands beside the window for rules, not for transfers', () => {
    expect(wantsTray(activityWith({ jobs: [{}] }), false)).toBe(false);
    expect(wantsTray(activityWith({ rules: [{}] }), false)).toBe(true);
    expect(wantsTray(activityWith({ rules: [{}], preferences: { keepRunning: false } }), false)).toBe(false);
    expect(wantsTray(activityWith({}), true)).toBe(true);
  });

  it('says what is on, failing and moving', () => {
    expect(lines({})).toEqual(['Nothing to do']);
    expect(lines({ rules: [{}, {}, off] })).toEqual(['2 rules on']);
    expect(lines({ rules: [{}, failed, off] })).toEqual(['2 rules on, 1 failing']);
    expect(lines({ rules: [{ state: 'stopped' }] })).toEqual(['No rule on, 1 failing']);
    expect(lines({ rules: [{ problem: appError('ExpiredToken') }, {}] })).toEqual(['2 rules on, 1 failing']);
    expect(lines({ rules: [{}], allPaused: true })).toEqual(['All rules are paused']);
    expect(lines({ jobs: [{}], rules: [{}] })).toEqual(['Uploading 3 files', '1 rule on']);
    expect(lines({ jobs: [{ filesTotal: 1205, filesDone: 1, filesSkipped: 0, filesFailed: 0 }] })).toEqual([
      'Uploading 1,204 files',
    ]);
    expect(lines({ jobs: [{ kind: 'download', filesTotal: 0, planned: false }] })).toEqual(['Downloading 1 file']);
    expect(lines({ jobs: [{}, { kind: 'copy' }] })).toEqual(['Transferring 6 files']);
    expect(lines({ jobs: [{ state: 'waiting', question }] })).toEqual(['1 transfer has a question']);
    expect(lines({ jobs: [{ state: 'failed' }, { state: 'failed', ruleId: 'r1' }, { state: 'interrupted' }] })).toEqual(
      ['1 transfer has failed', '1 transfer was interrupted'],
    );
  });

  it('asks for attention, and pauses or resumes all rules, where there is something to', () => {
    const state = (of: Parameters<typeof activityWith>[0]) => {
      const { needsAttention, rules } = trayState(activityWith(of));
      return [needsAttention, rules];
    };
    expect(state({})).toEqual([false, null]);
    expect(state({ rules: [{}] })).toEqual([false, 'pause']);
    expect(state({ rules: [failed], allPaused: true })).toEqual([true, 'resume']);
    expect(state({ rules: [{ ...off, ...failed }] })).toEqual([false, null]);
    expect(state({ jobs: [{ state: 'waiting', question }] })).toEqual([true, null]);
    expect(state({ jobs: [{ state: 'failed' }] })).toEqual([true, null]);
    expect(state({ jobs: [{ state: 'interrupted' }] })).toEqual([false, null]);
  });

  it('is told of where there is one, and where there may be none', () => {
    expect(describeBackground('darwin', true).detail).toContain('menu bar');
    expect(describeBackground('win32', true).detail).toContain('notification area');
    expect(describeBackground('linux', true).detail).toContain('start Bucket Brigade again');
    expect(describeBackground('linux', false).detail).toContain('start Bucket Brigade again');
  });
});

describe('rules that have stopped', () => {
  it('are told once, and not when they were made or found so', () => {
    const on = activityWith({ rules: [{}] });
    const stopped = activityWith({ rules: [{ state: 'stopped' }, { id: 'new', state: 'stopped' }] });
    expect(rulesStoppedSince(on, stopped).map(({ id }) => id)).toEqual(['r1']);
    expect(rulesStoppedSince(stopped, stopped)).toEqual([]);
  });
});

/** An app with one window, and what it has done. */
function world(platform: NodeJS.Platform, { hasTray = true } = {}) {
  const said: string[] = [];
  const shown: TrayState[] = [];
  const clock = createManualClock();
  const background = createBackground({
    platform,
    clock,
    openTray: () => {
      said.push('tray');
      if (!hasTray) return null;
      return { update: (state) => void shown.push(state), remove: () => void said.push('no tray') };
    },
    tellOnce: (hasTray) => void said.push(hasTray ? 'told' : 'told of no tray'),
    quit: () => void said.push('quit'),
  });
  return { background, clock, shown, take: () => said.splice(0), is: (a: Activity) => background.activityChanged(a) };
}

describe('the app without a window', () => {
  it('went on for its transfers: it is over with them', () => {
    const { background, take, is } = world('linux');
    is(activityWith({ jobs: [{}] }));
    background.lastWindowClosed(false);
    expect(take()).toEqual(['tray', 'told']);
    is(activityWith({ jobs: [{ state: 'done' }, { id: 'j2' }] }));
    is(activityWith({ jobs: [{ id: 'j2', state: 'active' }] }));
    expect(take()).toEqual([]);
    is(activityWith({ jobs: [{ id: 'j2', state: 'done' }] }));
    expect(take()).toEqual(['no tray', 'quit']);
  });

  it('stays when one of them has failed, or a rule was switched on', () => {
    for (const last of [{ jobs: [{ state: 'failed' }] }, { jobs: [{ state: 'interrupted' }] }]) {
      const { background, take, is } = world('linux');
      is(activityWith({ jobs: [{}] }));
      background.lastWindowClosed(false);
      is(activityWith(last));
      expect(take()).toEqual(['tray', 'told']);
    }
    const { background, take, is } = world('linux');
    is(activityWith({ jobs: [{}] }));
    background.lastWindowClosed(false);
    is(activityWith({ jobs: [{}], rules: [{}] }));
    is(activityWith({ rules: [off] }));
    expect(take()).toEqual(['tray', 'told']);
  });

  it('stays when a deletion that it went on for has failed, but not for one that had failed before', () => {
    for (const failedThen of [0, 1]) {
      const { background, take, is } = world('linux');
      is(activityWith({ changes: { count: 1, failed: 3 } }));
      background.lastWindowClosed(false);
      is(activityWith({ changes: { count: 0, failed: 3 + failedThen } }));
      expect(take()).toEqual(['tray', 'told', ...(failedThen === 0 ? ['no tray', 'quit'] : [])]);
    }
  });

  it('stays in the dock on macOS when they are done', () => {
    const { background, take, is } = world('darwin');
    is(activityWith({ jobs: [{}] }));
    background.lastWindowClosed(false);
    is(activityWith({ jobs: [{ state: 'done' }] }));
    expect(take()).toEqual(['tray', 'told', 'no tray']);
  });

  it('has its icon until the window is back, and quits when that is closed with nothing to do', () => {
    const { background, take, is } = world('linux');
    background.startedHidden();
    expect(take()).toEqual([]);
    is(activityWith({}));
    expect(take()).toEqual(['tray']);
    background.windowShown();
    expect(take()).toEqual(['no tray']);
    background.lastWindowClosed(false);
    expect(take()).toEqual(['quit']);
  });

  it('goes on where there is no place for an icon, and does not try again and again', () => {
    const { background, clock, take, is } = world('linux', { hasTray: false });
    is(activityWith({ rules: [{}] }));
    clock.advance(5000);
    is(activityWith({ rules: [{}, {}] }));
    expect(take()).toEqual(['tray']);
    background.lastWindowClosed(false);
    expect(take()).toEqual(['tray', 'told of no tray']);
    expect(background.isGoingOn()).toBe(true);
  });

  it('changes its menu once a second at most, and only when it says something else', () => {
    const { clock, shown, is } = world('linux');
    const at = (filesDone: number) => is(activityWith({ rules: [{}], jobs: [{ filesTotal: 100, filesDone }] }));
    for (let done = 0; done < 20; done += 1) at(done);
    expect(shown).toHaveLength(1);
    clock.advance(1000);
    expect(shown.map(({ lines }) => lines[0])).toMatchObject([{ files: 100 }, { files: 81 }]);
    at(19);
    clock.advance(1000);
    expect(shown).toHaveLength(2);
  });
});
