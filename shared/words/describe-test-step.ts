import type { PermissionResult, TestStep } from '../domain/connection-test.ts';
import { describeError } from './describe-error.ts';
import words from './en/window/connections.json' with { type: 'json' };
import { visibleText } from './visible-text.ts';

const texts: Readonly<Record<string, string>> = words.connection.stepNote;
const actionTexts: Readonly<Record<string, string>> = words.connection.permission;
const outcomeTexts: Readonly<Record<string, string>> = words.connection.outcome;
const plural = new Intl.PluralRules('en');

/** Pure. What was tried and how it went, in English for the command line. */
export function permissionWords({ action, outcome }: PermissionResult): { action: string; outcome: string } {
  return { action: actionTexts[action] ?? action, outcome: outcomeTexts[outcome] ?? outcome };
}

/**
 * Pure. What a step of a connection test found, in one line of English for the command line; empty when there is nothing
 * to say. The window has the same sentences from the same catalogue, in its own language.
 */
export function describeTestStep({ note, error }: Pick<TestStep, 'note' | 'error'>): string {
  const reason = error === undefined ? '' : describeError(error).message;
  if (note === undefined) return reason;
  const { code, values } = note;
  const count = values['count'];
  const text =
    texts[code] ?? (typeof count === 'number' ? texts[`${code}_${plural.select(count)}`] : undefined) ?? code;
  const found = text.replaceAll(/\{\{(\w+)(?:, number)?\}\}/g, (_, name: string) =>
    visibleText(String(values[name] ?? '')),
  );
  return [found, reason].filter((part) => part !== '').join(' ');
}
