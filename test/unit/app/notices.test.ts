import { describe, expect, it } from 'vitest';
import { limitNotices } from '../../../main/app/notice-limit.ts';
import { createNotices, type SystemNotice } from '../../../main/app/notices.ts';
import type { EngineEvent } from '../../../shared/contract/events.ts';
import { ruleIdSchema } from '../../../shared/domain/ids.ts';
import { appError } from '../../../shared/errors.ts';
import { ruleWith } from '../../fakes/activity.ts';
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
    const stopped = ruleWith({ id: 'r1', state: 'stopped', stoppedBy: appError('FileNotFound', { path: '/gone' }) });
    const away = world();
    away.notices.rulesStopped([stopped]);
    expect(away.notified).toMatchObject([{ title: 'The rule “Invoices in” has stopped itself', ruleId }]);
    expect(away.notified[0]?.body).toContain('/gone');
    const front = world({ inFront: true });
    front.notices.rulesStopped([stopped]);
    expect(front.notified).toEqual([]);
  });
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
