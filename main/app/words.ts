import type { AppError } from '../../shared/errors.ts';
import { assertNever } from '../../shared/result.ts';
import { describeError } from '../../shared/words/describe-error.ts';
import { visibleText } from '../../shared/words/visible-text.ts';
import words from '../../shared/words/en/shell.json' with { type: 'json' };
import type { TransferNews } from './activity.ts';
import type { FailureWords } from './start-failure-page.ts';
import type { UnderWay } from './quit.ts';
import type { TrayLine } from './tray-state.ts';

/** The shell's few texts, from the same catalogue as the window's. */
export const menuWords = words.menu;
export const trayWords = words.tray;
export const noticeWords = words.notice;

export const crashWords = {
  title: words.crash.title,
  text: words.crash.text,
  whereDetailsAre: (file: string): string => fill(words.crash.whereDetailsAre, { file }),
};

/** What the start-failure page says. */
export function describeStartFailure(error: AppError, dataFolder: string): FailureWords {
  const { message, fix, details } = describeError(error);
  return {
    heading: words.startFailure.heading,
    whatHappened: message,
    whatToDo: fix,
    details: `${details}\n${words.startFailure.dataFolder} ${dataFolder}`,
  };
}

/** A line of the tray's menu. Pure. */
export function trayLine(line: TrayLine): string {
  switch (line.type) {
    case 'idle':
      return words.tray.idle;
    case 'transfers':
      return counted(line.kind === 'other' ? words.tray.transfer : words.tray[line.kind], line.files);
    case 'changes':
    case 'questions':
    case 'failed':
    case 'interrupted':
      return counted(words.tray[line.type], line.count);
    case 'rules': {
      const on = line.on === 0 ? words.tray.noRuleOn : counted(words.tray.rulesOn, line.on);
      const rules = line.allPaused ? words.tray.rulesPaused : on;
      return line.failing === 0 ? rules : counted(words.tray.withFailing, line.failing, { rules });
    }
    default:
      return assertNever(line);
  }
}

/** What a person is told the first time that closing the window is not the end. Pure. */
export function describeBackground(platform: NodeJS.Platform, hasTray: boolean) {
  const { message, setting, goOn, quit } = words.background;
  const place = platform === 'darwin' || platform === 'win32' ? platform : 'linux';
  return { message, detail: `${words.background[hasTray ? place : 'noTray']} ${setting}`, buttons: { goOn, quit } };
}

/** The question before quitting. Pure. */
export function describeQuit({ transfers, changes }: UnderWay) {
  const { message, detail, changing, changingDetail, quit, cancel } = words.quit;
  return {
    message: transfers > 0 ? counted(message, transfers) : counted(changing, changes),
    detail: [transfers > 0 ? detail : '', changes > 0 ? changingDetail : ''].filter((text) => text !== '').join(' '),
    buttons: { quit, cancel },
  };
}

/** Of a rule that has stopped itself. Pure. */
export function describeStop(name: string, error: AppError | undefined): { title: string; body: string } {
  const { message, fix } = error === undefined ? { message: '', fix: '' } : describeError(error);
  return { title: fill(words.notice.stopped, { name }), body: `${message} ${fix}`.trim() };
}

/** Of a transfer that somebody should look at. Pure. */
export function describeTransfer({ job, news }: TransferNews): { title: string; body: string } {
  const names = { from: visibleText(job.from), to: visibleText(job.to) };
  if (news === 'question') {
    const name = visibleText(job.question?.name ?? '');
    return { title: words.notice.question, body: fill(words.notice.questionText, { ...names, name }) };
  }
  const { message, fix } = job.error === undefined ? { message: '', fix: '' } : describeError(job.error);
  const { failed, failedFiles, failedWhole } = words.notice;
  const what = job.filesFailed > 0 ? counted(failedFiles, job.filesFailed, names) : fill(failedWhole, names);
  return { title: failed, body: `${what} ${message} ${fix}`.trim() };
}

/** Of a deletion or another change that has failed, at least in part. Pure. */
export function describeFailedChange(error: AppError | undefined): { title: string; body: string } {
  const { message, fix } = error === undefined ? { message: '', fix: '' } : describeError(error);
  return { title: words.notice.changeFailed, body: `${message} ${fix}`.trim() };
}

/** Of notices that were too many to be shown. Pure. */
export function describeMore(count: number): { title: string; body: string } {
  return { title: counted(words.notice.more, count), body: words.notice.moreText };
}

/** Why the app does not start at login, or still does. Pure. */
export function describeLoginFailure(reason: AppError | 'needsApproval'): { message: string; detail: string } {
  if (reason === 'needsApproval') return { message: words.login.failed, detail: words.login.askApproval };
  const { message, fix } = describeError(reason);
  return { message: words.login.failed, detail: `${message} ${fix}` };
}

export const startingAtLogin = words.login.what;

const plurals = new Intl.PluralRules('en');

function counted(
  forms: { readonly one: string; readonly other: string },
  count: number,
  values: Readonly<Record<string, string>> = {},
): string {
  const form = plurals.select(count) === 'one' ? forms.one : forms.other;
  return fill(form, { ...values, count: count.toLocaleString('en') });
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}
