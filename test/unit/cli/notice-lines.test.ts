import { expect, it } from 'vitest';
import { noticeLines } from '../../../main/headless/cli/notice-lines.ts';
import { ruleIdSchema } from '../../../shared/domain/ids.ts';

it('what a rule has to say is a line of its own each, and a link for the clipboard says that there is none', () => {
  const notice = {
    type: 'rules.notice',
    ruleId: ruleIdSchema.parse('r1'),
    title: 'In\u001b[2J',
    message: 'a.pdf',
  } as const;
  expect(noticeLines(notice)).toEqual([String.raw`In\u001b[2J: a.pdf`]);
  expect(noticeLines({ ...notice, title: 'In', message: 'b/a.pdf\nhttps://s3/a', copy: 'https://s3/a' })).toEqual([
    'In: b/a.pdf',
    '  https://s3/a',
    '  A terminal has no clipboard to put it on: copy it from here.',
  ]);
});
