import type { AppError } from '../errors.ts';
import english from './en/errors.json' with { type: 'json' };
import { isolatedText, visibleText } from './visible-text.ts';

/** What happened and what to do for every code; each in several forms, see `describeError`. */
export type ErrorTexts = typeof english;

let texts: ErrorTexts = english;
let quoted: (value: string) => string = (value) => value;
let onCommandLine = false;

/** From here on errors are said in these texts: a process and a page speak one language, that of their start. */
export function speakErrorsIn(language: ErrorTexts, direction: 'ltr' | 'rtl' = 'ltr'): void {
  texts = language;
  quoted = direction === 'rtl' ? isolatedText : (value) => value;
}

/** From here on what to do is said to somebody at a window (as at first) or at a command line, with options instead of a form. */
export function speakErrorsAt(place: 'window' | 'commandLine'): void {
  onCommandLine = place === 'commandLine';
}

/** An error in the three parts the window and the command line show. */
export type ErrorWords = {
  /** What happened: one sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
  /** For support: code, status, request id and what the failing side said itself. */
  readonly details: string;
};

/**
 * Names a text may use: what the context of errors holds, plus `place` (an object, bucket or file, whichever the
 * context names) and `server` (the host). Names that end in `Bytes` are shown as sizes.
 */
export const contextNames = [
  'accessKeyId',
  'all',
  'actualBytes',
  'bucket',
  'date',
  'expectedBytes',
  'field',
  'jobId',
  'key',
  'keyType',
  'mfaSerial',
  'missing',
  'name',
  'objects',
  'oldVersions',
  'path',
  'permission',
  'place',
  'profile',
  'reason',
  'refusedAt',
  'region',
  'restrictedTo',
  'roleArn',
  'ruleId',
  'runs',
  'server',
  'serverCode',
  'serverMessage',
  'status',
  'subject',
  'suggestion',
  'tags',
  'target',
  'uploads',
  'what',
] as const;

type ErrorForms = {
  readonly what: readonly string[];
  readonly fix: readonly string[];
  /** Where a command is mended in another way than the window. */
  readonly commandFix?: readonly string[];
};

/** Each text has several forms: the first whose names are all known is taken; the last needs none. */
export function describeError(error: AppError): ErrorWords {
  const { what, fix, commandFix = fix }: ErrorForms = texts[error.code];
  const values = valuesOf(error);
  return {
    message: fill(what, values),
    fix: fill(onCommandLine ? commandFix : fix, values),
    details: detailsOf(error),
  };
}

function fill(forms: readonly string[], values: ReadonlyMap<string, string>): string {
  const form = forms.find((text) => namesIn(text).every((name) => values.has(name))) ?? forms.at(-1) ?? '';
  return form.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => quoted(values.get(name) ?? ''));
}

/** The names between double braces. */
export function namesIn(text: string): string[] {
  return Array.from(text.matchAll(/\{\{(\w+)\}\}/g), (match) => match[1] ?? '');
}

function valuesOf({ context }: AppError): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(context)) {
    const text = typeof value === 'number' && name.endsWith('Bytes') ? sizeText(value) : visibleText(String(value));
    if (text !== '') values.set(name, text);
  }
  const [bucket, key, path] = [values.get('bucket'), values.get('key'), values.get('path')];
  const place = path ?? (bucket !== undefined && key !== undefined ? `${bucket}/${key}` : (key ?? bucket));
  if (place !== undefined) values.set('place', place);
  const server = values.get('host') ?? values.get('endpoint')?.replace(/^https?:\/\//, '');
  if (server !== undefined) values.set('server', server);
  return values;
}

function detailsOf({ code, context, cause }: AppError): string {
  const parts: string[] = [code];
  if (context['serverCode'] !== undefined) parts.push(`server code ${context['serverCode']}`);
  if (context['status'] !== undefined) parts.push(`HTTP ${context['status']}`);
  if (context['systemCode'] !== undefined) parts.push(String(context['systemCode']));
  if (context['operation'] !== undefined) parts.push(String(context['operation']));
  if (context['requestId'] !== undefined) parts.push(`request ${context['requestId']}`);
  if (cause !== undefined) parts.push(visibleText(cause));
  return parts.join(' · ');
}

const units = ['KB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, as the window has them. */
function sizeText(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  let value = bytes;
  let unit = '';
  for (const next of units) {
    if (value < 999.95) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(1)} ${unit} (${bytes} bytes)`;
}
