import { describe, expect, it } from 'vitest';
import { limitNotices } from '../../../main/app/notice-limit.ts';
import { createNotices, type SystemNotice } from '../../../main/app/notices.ts';
import type { EngineEvent } from '../../../shared/contract/events.ts';
import { ruleIdSchema } from '../../../shared/domain/ids.ts';
import { appError } from '../../../shared/errors.ts';
import { activityWith } from '../../fakes/activity.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';

const ruleId = ruleIdSchema.parse('r1');
const notice = (more: object = {}): EngineEvent => ({
  type: 'rules.notice',
  ruleId,
  title: 'Invoices in',
  message: 'a.pdf is here',
  ...more,
});
const link = 'https://s3.example.com/finance/a.pdf?X-Amz-Signature=00';
const linkNotice = notice({ message: `finance/a.pdf\n${link}`, copy: link });
const other: EngineEvent = { type: 'transfers.orphans', count: 1 };

function world({ inFront = false, canNotify = true, canCopy = true } = {}) {
  const notified: SystemNotice[] = [];
  const copied: string[] = [];
  const notices = createNotices({
    isWindowInFront: () => inFront,
    canNotify: () => canNotify,
    notify: (one) => void notified.push(one),
    copy: async (text) => {
      copied.push(text);
      return canCopy;
    },
  });
  const take = async (...events: EngineEvent[]) => {
    const batch = notices.take({ seq: 7, events });
    await new Promise((resolve) => setImmediate(resolve));
    return batch;
  };
  return { notices, notified, copied, take };
}

describe('[A44] what a rule has to say', () => {
  it('is told by the window in front of the person, else by the system, and never by both', async () => {
    const front = world({ inFront: true });
    expect(await front.take(other, notice())).toEqual({ seq: 7, events: [other, notice()] });
    expect(front.notified).toEqual([]);

    const away = world();
    expect(await away.take(notice(), other)).toEqual({ seq: 7, events: [other] });
    expect(away.notified).toEqual([{ title: 'Invoices in', body: 'a.pdf is here', ruleId }]);

    const silent = world({ canNotify: false });
    expect(await silent.take(notice())).toEqual({ seq: 7, events: [notice()] });
    expect(silent.notified).toEqual([]);
  });

  it('puts a link on the clipboard wherever it is told, and says so without showing it', async () => {
    const front = world({ inFront: true });
    await front.take(linkNotice);
    expect(front.copied).toEqual([link]);

    const away = world();
    await away.take(linkNotice);
    expect(away.copied).toEqual([link]);
    expect(away.notified[0]?.body).toBe('finance/a.pdf\nThe link is on the clipboard.');

    const refused = world({ canCopy: false });
    await refused.take(linkNotice);
    expect(refused.notified[0]?.body).toBe(`The link could not be put on the clipboard:\nfinance/a.pdf\n${link}`);
  });

  it('includes that it has stopped, and why', () => {
    const on = activityWith({ rules: [{}] });
    const stoppedBy = appError('FileNotFound', { path: '/gone' });
    const stopped = activityWith({ rules: [{ state: 'stopped', stoppedBy }] });
    const away = world();
    away.notices.changed(on, stopped);
    away.notices.changed(stopped, stopped);
    expect(away.notified).toMatchObject([{ title: 'The rule “Invoices in” has stopped itself', ruleId }]);
    expect(away.notified[0]?.body).toContain('/gone');
    const front = world({ inFront: true });
    front.notices.changed(on, stopped);
    expect(front.notified).toEqual([]);
  });
});

describe("a person's transfers", () => {
  const told = (before: readonly object[], now: readonly object[]): SystemNotice[] => {
    const { notices, notified } = world();
    notices.changed(activityWith({ jobs: before }), activityWith({ jobs: now }));
    return notified;
  };
  const question = {
    fileId: 1,
    name: 'a.jpg',
    source: { where: '/a.jpg', sizeBytes: 1, modifiedMs: null },
    target: { where: 'finance/a.jpg', sizeBytes: 1, modifiedMs: null },
    openQuestions: 1,
  };

  it('are told of when they fail or have a question, once', () => {
    const failed = { state: 'failed', filesFailed: 2 };
    expect(told([{}], [failed])).toEqual([
      { title: 'A transfer has failed', body: 'From photos to finance/photos: 2 files have failed.' },
    ]);
    expect(told([failed], [failed])).toEqual([]);
    const whole = told([{}], [{ state: 'failed', error: appError('NoSuchBucket', { bucket: 'finance' }) }]);
    expect(whole[0]?.body).toMatch(/^From photos to finance\/photos\. .*finance/);
    const asks = { state: 'waiting', question };
    expect(told([{}], [asks])[0]?.body).toContain('a.jpg is there already');
    expect(told([asks], [{ ...asks, bytesDone: 1 }])).toEqual([]);
  });

  it('are not, when they go well or are of a rule', () => {
    expect(told([{}], [{ state: 'done' }])).toEqual([]);
    expect(told([{}], [{ state: 'cancelled' }])).toEqual([]);
    expect(told([{ ruleId: 'r1' }], [{ ruleId: 'r1', state: 'failed' }])).toEqual([]);
  });
});

it('a deletion or change that has failed is told, once, where no window in front shows it', () => {
  const lastError = appError('AccessDenied', { bucket: 'finance', key: 'a.pdf', permission: 's3:DeleteObject' });
  const before = activityWith({ changes: { count: 1 } });
  const now = activityWith({ changes: { failed: 1, lastError } });
  const away = world();
  away.notices.changed(before, now);
  away.notices.changed(now, now);
  expect(away.notified).toMatchObject([{ title: 'Not all could be deleted or changed' }]);
  expect(away.notified[0]?.body).toContain('a.pdf');
  const front = world({ inFront: true });
  front.notices.changed(before, now);
  expect(front.notified).toEqual([]);
});

describe('many at once', () => {
  it('are shown up to a number, and the others counted', () => {
    const clock = createManualClock();
    const said: unknown[] = [];
    const tell = limitNotices<number>(
      clock,
      (one) => said.push(one),
      (count) => said.push(`${count} more`),
    );
    for (let each = 1; each <= 100; each += 1) tell(each);
    expect(said).toEqual([1, 2, 3, 4, 5]);
    clock.advance(30_000);
    expect(said.splice(0)).toEqual([1, 2, 3, 4, 5, '95 more']);
    clock.advance(30_000);
    expect(clock.timers).toBe(0);
    tell(101);
    expect(said).toEqual([101]);
  });
});
