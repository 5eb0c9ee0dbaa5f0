import type { EventBatch, EventOf } from '../../shared/contract/events.ts';
import type { RuleId } from '../../shared/domain/ids.ts';
import { type Activity, rulesStoppedSince, transferNews } from './activity.ts';
import { describeFailedChange, describeStop, describeTransfer, noticeWords } from './words.ts';

/** What the system shows; a click opens the window, at the rule if it is of one. */
export type SystemNotice = { readonly title: string; readonly body: string; readonly ruleId?: RuleId };

export type NoticePorts = {
  /** It is in front of the person and shows what it is sent. */
  readonly isWindowInFront: () => boolean;
  readonly canNotify: () => boolean;
  readonly notify: (notice: SystemNotice) => void;
  /** False: it could not be put there. */
  readonly copy: (text: string) => Promise<boolean>;
};

/**
 * Tells the person what rules have to say, each once ([A44]): the window when it is in front, else the system. A link for the
 * clipboard is put there in either case.
 */
export function createNotices(ports: NoticePorts) {
  const tell = async ({ title, message, ruleId, copy }: EventOf<'rules.notice'>, isCopied: Promise<boolean>) =>
    ports.notify({ title, body: copy === undefined ? message : linkBody(message, copy, await isCopied), ruleId });
  return {
    /** Takes from a batch what the system shows; the rest is the window's. */
    take(batch: EventBatch): EventBatch {
      const isShownHere = !ports.isWindowInFront() && ports.canNotify();
      const events = batch.events.filter((event) => {
        if (event.type !== 'rules.notice') return true;
        const isCopied = event.copy === undefined ? Promise.resolve(false) : ports.copy(event.copy);
        if (isShownHere) void tell(event, isCopied);
        return !isShownHere;
      });
      return events.length === batch.events.length ? batch : { ...batch, events };
    },
    /** What has become of rules and transfers meanwhile: the window marks it by itself, and speaks of it. */
    changed(before: Activity, now: Activity): void {
      if (ports.isWindowInFront() || !ports.canNotify()) return;
      for (const { id, name, stoppedBy } of rulesStoppedSince(before, now))
        ports.notify({ ...describeStop(name, stoppedBy), ruleId: id });
      if (now.changes.failed > before.changes.failed) ports.notify(describeFailedChange(now.changes.lastError));
      for (const news of transferNews(before, now)) ports.notify(describeTransfer(news));
    },
  };
}

/** The link itself is a secret of sorts and nothing to read: only where it could not be copied it is shown. */
function linkBody(message: string, link: string, isCopied: boolean): string {
  if (!isCopied) return `${noticeWords.notCopied}\n${message}`;
  return `${message.replace(link, '').trim()}\n${noticeWords.copied}`;
}
