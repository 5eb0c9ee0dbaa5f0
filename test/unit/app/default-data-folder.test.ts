import { describe, expect, it } from 'vitest';
import { chosenDataFolder } from '../../../main/app/data-folder-argument.ts';
import { dataFolderFor } from '../../../main/ipc/default-data-folder.ts';

const linux = { platform: 'linux', env: {}, homeFolder: '/home/ada' } as const;

describe('the data folder', () => {
  it('is the one asked for, then BRIGADE_DATA_DIR, then the platform own', () => {
    const env = { BRIGADE_DATA_DIR: '/srv/brigade', XDG_DATA_HOME: '/data' };
    expect(dataFolderFor('/chosen', { ...linux, env })).toBe('/chosen');
    expect(dataFolderFor(undefined, { ...linux, env })).toBe('/srv/brigade');
    expect(dataFolderFor('', { ...linux, env: { XDG_DATA_HOME: '/data' } })).toBe('/data/bucket-brigade');
  });

  it('follows each platform habits', () => {
    expect(dataFolderFor(undefined, linux)).toBe('/home/ada/.local/share/bucket-brigade');
    expect(dataFolderFor(undefined, { ...linux, env: { XDG_DATA_HOME: 'relative' } })).toBe(
      '/home/ada/.local/share/bucket-brigade',
    );
    expect(dataFolderFor(undefined, { platform: 'darwin', env: {}, homeFolder: '/Users/ada' })).toBe(
      '/Users/ada/Library/Application Support/Bucket Brigade',
    );
    expect(dataFolderFor(undefined, { platform: 'win32', env: {}, homeFolder: 'C:\\Users\\ada' })).toBe(
      'C:\\Users\\ada\\AppData\\Local\\Bucket Brigade',
    );
    expect(
      dataFolderFor(undefined, { platform: 'win32', env: { LOCALAPPDATA: 'D:\\Local' }, homeFolder: 'C:\\Users\\ada' }),
    ).toBe('D:\\Local\\Bucket Brigade');
  });

  it('is read from the command line in both spellings', () => {
    expect(chosenDataFolder(['electron', '.', '--data-dir', '/a b'])).toBe('/a b');
    expect(chosenDataFolder(['electron', '--data-dir=/a=b', '.'])).toBe('/a=b');
    expect(chosenDataFolder(['electron', '.', '--data-dir'])).toBeUndefined();
    expect(chosenDataFolder(['electron', '.'])).toBeUndefined();
  });
});
