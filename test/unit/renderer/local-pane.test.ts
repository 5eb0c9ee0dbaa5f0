import { expect, test } from 'vitest';
import { hostCrumbs, hostParent, readHostPath, shortHostPath } from '../../../renderer/listing/host-path.ts';

test('crumbs lead from the root or the drive to the folder', () => {
  expect(hostCrumbs('/home/kim', '/')).toEqual([
    { name: '/', path: '/' },
    { name: 'home', path: '/home' },
    { name: 'kim', path: '/home/kim' },
  ]);
  expect(hostCrumbs('/', '/')).toEqual([{ name: '/', path: '/' }]);
  expect(hostCrumbs('C:\\Users\\kim', '\\').map(({ path }) => path)).toEqual(['C:\\', 'C:\\Users', 'C:\\Users\\kim']);
});

test('a share of another machine is a root', () => {
  expect(hostCrumbs('\\\\nas\\films\\old\\b', '\\').map(({ path }) => path)).toEqual([
    '\\\\nas\\films\\',
    '\\\\nas\\films\\old',
    '\\\\nas\\films\\old\\b',
  ]);
  expect(hostParent('\\\\nas\\films\\', '\\')).toBeNull();
  expect(hostParent('\\\\?\\C:\\a', '\\')).toBe('\\\\?\\C:\\');
});

test('the folder above, up to the root', () => {
  expect(hostParent('/home/kim', '/')).toBe('/home');
  expect(hostParent('/home', '/')).toBe('/');
  expect(hostParent('/', '/')).toBeNull();
  expect(hostParent('C:\\Users', '\\')).toBe('C:\\');
  expect(hostParent('C:\\', '\\')).toBeNull();
});

test('typed paths are absolute, in the home folder or below the open one', () => {
  const read = (text: string) => readHostPath(text, '/srv', '/home/kim', '/');
  expect(read(' /etc ')).toBe('/etc');
  expect(read('~')).toBe('/home/kim');
  expect(read('~/in')).toBe('/home/kim/in');
  expect(read('data')).toBe('/srv/data');
  expect(readHostPath('in', '/', '/home/kim', '/')).toBe('/in');
  expect(readHostPath('D:\\x', 'C:\\', 'C:\\Users\\kim', '\\')).toBe('D:\\x');
});

test('what is below the home folder is short, the home folder itself and a namesake beside it are not', () => {
  expect(shortHostPath('/home/kim/in', '/home/kim', '/')).toBe('~/in');
  expect(shortHostPath('/home/kim', '/home/kim', '/')).toBe('/home/kim');
  expect(shortHostPath('/home/kimberly', '/home/kim', '/')).toBe('/home/kimberly');
});
