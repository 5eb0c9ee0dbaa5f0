import { expect, test } from 'vitest';
import { numberedName } from '../../../main/transfers/free-name.ts';

test.each([
  ['a/report.pdf', 2, 'a/report (2).pdf'],
  ['a.tar.gz', 3, 'a (3).tar.gz'],
  ['dir.d/Makefile', 2, 'dir.d/Makefile (2)'],
  ['.bashrc', 2, '.bashrc (2)'],
  ['a/b/', 2, 'a/b/ (2)'],
  ['notes.from last week', 2, 'notes.from last week (2)'],
])('[T22] %s', (path, number, expected) => {
  expect(numberedName(path, number)).toBe(expected);
});
