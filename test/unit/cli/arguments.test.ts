import { describe, expect, test } from 'vitest';
import {
  BadArguments,
  checkOperands,
  checkOptions,
  numberOption,
  parseCommandLine,
} from '../../../main/headless/cli/arguments.ts';
import { count, formatBytes, formatSeconds, formatTime, printable } from '../../../main/headless/cli/format.ts';

describe('the command line', () => {
  test('options may stand anywhere, "-" is an operand, "--" ends the options', () => {
    expect(parseCommandLine(['--data-dir', 'd', 'cp', '-r', 'a', '--json', 's3://b/c'])).toMatchObject({
      command: 'cp',
      operands: ['a', 's3://b/c'],
      options: { 'data-dir': 'd', json: true, recursive: true },
    });
    expect(parseCommandLine(['cp', '-', 's3://b/c']).operands).toEqual(['-', 's3://b/c']);
    expect(parseCommandLine(['rm', '--', '-r']).operands).toEqual(['-r']);
    expect(parseCommandLine([])).toEqual({ command: '', operands: [], options: {} });
  });

  test('an id of a version may begin with a dash, and is no option', () => {
    const idOf = (...args: string[]) => parseCommandLine(['restore', 's3://b/k', ...args]).options['version-id'];
    expect(idOf('--version-id', '-kQ3')).toBe('-kQ3');
    expect(idOf('--version-id', '--kQ3', '--json')).toBe('--kQ3');
    expect(idOf('--version-id=-kQ3')).toBe('-kQ3');
    expect(parseCommandLine(['rm', '--', '--version-id', '-r']).operands).toEqual(['--version-id', '-r']);
  });

  test.each([
    [['ls', '--no-such']],
    [['restore', 's3://b/k', '--version-id']],
    [['restore', 's3://b/k', '--version-id', '--json']],
    [['ls', '-x']],
    [['ls', '--region']],
    [['ls', '--json=yes']],
    [['ls', '--region', '--json']],
  ])('%j is refused in one line', (args) => {
    expect(() => parseCommandLine(args)).toThrow(BadArguments);
    expect(() => parseCommandLine(args)).toThrow(/^[^\n]+$/);
  });

  test('an option of another command is refused, not ignored', () => {
    const line = parseCommandLine(['rm', '--conflict', 'skip', 's3://b/k']);
    expect(() => checkOptions(line, ['recursive'])).toThrow('no option --conflict');
    expect(() => checkOptions(parseCommandLine(['rm', '-r', '--json', 's3://b']), ['recursive'])).not.toThrow();
  });

  test('too few and too many operands are named', () => {
    expect(() => checkOperands(parseCommandLine(['cp', 'a']), 2, 2, 'cp A B')).toThrow('cp A B');
    expect(() => checkOperands(parseCommandLine(['cp', 'a', 'b', 'c']), 2, 2, 'cp A B')).toThrow('"c"');
  });

  test('numbers are whole and between their limits', () => {
    expect(numberOption('port', '0', 0, 65_535)).toBe(0);
    for (const text of ['', '-1', '1.5', '1e3', 'x', '65536', ' 1']) {
      expect(() => numberOption('port', text, 0, 65_535)).toThrow(BadArguments);
    }
  });
});

describe('what a terminal shows', () => {
  test('sizes', () => {
    const sizes = [0, 1, 999, 1000, 1500, 99_500, 999_499, 999_500, 1e9, 3.9e9, 1e15];
    expect(sizes.map(formatBytes)).toEqual([
      '0 B',
      '1 B',
      '999 B',
      '1.0 KB',
      '1.5 KB',
      '100 KB',
      '999 KB',
      '1.0 MB',
      '1.0 GB',
      '3.9 GB',
      '1.0 PB',
    ]);
  });

  test('durations and counts', () => {
    expect([0.2, 59, 60, 3599, 3600, 90_061].map(formatSeconds)).toEqual([
      '1 s',
      '59 s',
      '1 min 0 s',
      '59 min 59 s',
      '1 h 0 min',
      '25 h 1 min',
    ]);
    expect([count(1, 'file'), count(0, 'file'), count(1204, 'file')]).toEqual(['1 file', '0 files', '1,204 files']);
  });

  test('names cannot move the cursor or break the line', () => {
    expect(printable('a\n\x1b[2Jb\u202egnp.exe ä日')).toBe('a\\u000a\\u001b[2Jb\\u202egnp.exe ä日');
  });

  test('times line up, unknown ones too', () => {
    expect(formatTime('2026-11-22T03:04:05.000Z')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(formatTime(null)).toHaveLength(19);
    expect(formatTime('rubbish')).toHaveLength(19);
  });
});
