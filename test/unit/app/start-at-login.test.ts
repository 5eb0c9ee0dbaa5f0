import { describe, expect, it } from 'vitest';
import { autostartFile, autostartPath, isAutostartOn, loginCommand } from '../../../main/app/login-command.ts';
import type { LoginItem } from '../../../main/app/login-item.ts';
import { keepLoginItem } from '../../../main/app/start-at-login.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';

const packaged = { execPath: '/opt/bb/bucket-brigade', appPath: null, appImage: undefined, dataFolder: null };

describe('what is started at login', () => {
  it('is this copy of the app, without a window, on this data folder', () => {
    expect(loginCommand(packaged)).toEqual({ program: '/opt/bb/bucket-brigade', args: ['--hidden'] });
    expect(loginCommand({ ...packaged, appImage: '/home/kim/bb.AppImage' }).program).toBe('/home/kim/bb.AppImage');
    expect(loginCommand({ ...packaged, execPath: '/e', appPath: '/p', dataFolder: '/d' })).toEqual({
      program: '/e',
      args: ['/p', '--hidden', '--data-dir', '/d'],
    });
  });

  it('stands in the autostart folder, which XDG_CONFIG_HOME may move', () => {
    const below = '/autostart/bucket-brigade.desktop';
    expect(autostartPath({}, '/home/kim')).toBe(`/home/kim/.config${below}`);
    expect(autostartPath({ XDG_CONFIG_HOME: '/conf' }, '/home/kim')).toBe(`/conf${below}`);
    expect(autostartPath({ XDG_CONFIG_HOME: 'conf' }, '/home/kim')).toBe(`/home/kim/.config${below}`);
    expect(autostartPath({ XDG_CONFIG_HOME: '' }, '/home/kim')).toBe(`/home/kim/.config${below}`);
  });

  it('is written as desktops read it', () => {
    const file = autostartFile({ program: '/a b/"$x`\\%', args: ['--hidden'] }, 'Bucket Brigade');
    expect(file.split('\n')).toEqual([
      '[Desktop Entry]',
      'Type=Application',
      'Name=Bucket Brigade',
      String.raw`Exec="/a b/\\"\\$x\\${'`'}\\\\%%" --hidden`,
      'Icon=bucket-brigade',
      'Terminal=false',
      'X-GNOME-Autostart-enabled=true',
      '',
    ]);
    expect(isAutostartOn(file)).toBe(true);
    expect(isAutostartOn(`${file}Hidden=true\n`)).toBe(false);
    expect(isAutostartOn(file.replace('enabled=true', 'enabled=false'))).toBe(false);
  });
});

/** A system with a login item, and what was done. */
function world(state: 'on' | 'other' | 'off', refuses = false) {
  const said: string[] = [];
  const item: LoginItem = {
    state: async () => ok(state),
    set: async (on) => {
      said.push(`set ${on}`);
      return refuses ? err(appError('AccessDenied')) : ok();
    },
  };
  const keep = keepLoginItem({
    item,
    setPreference: (on) => {
      said.push(`preference ${on}`);
      keep.preferenceIs(on);
    },
    tellFailure: () => void said.push('told'),
  });
  const is = async (...preferences: boolean[]) => {
    for (const on of preferences) keep.preferenceIs(on);
    await new Promise((resolve) => setImmediate(resolve));
    return said.splice(0);
  };
  return { is };
}

describe('the preference to start at login', () => {
  it('follows the system when the app starts', async () => {
    expect(await world('off').is(false)).toEqual([]);
    expect(await world('on').is(true)).toEqual([]);
    expect(await world('off').is(true)).toEqual(['preference false']);
    expect(await world('on').is(false)).toEqual(['preference true']);
  });

  it('sets a copy of the app that has moved, and leaves alone what is of another data folder', async () => {
    expect(await world('other').is(true)).toEqual(['set true']);
    expect(await world('other').is(false)).toEqual([]);
  });

  it('is done when it changes, once', async () => {
    const { is } = world('off');
    expect(await is(false, true, true)).toEqual(['set true']);
    expect(await is(true)).toEqual([]);
    expect(await is(false)).toEqual(['set false']);
  });

  it('is taken back and told when the system refuses it', async () => {
    const { is } = world('off', true);
    expect(await is(false, true)).toEqual(['set true', 'told', 'preference false']);
    expect(await is(false)).toEqual([]);
  });
});
