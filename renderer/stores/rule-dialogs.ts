import { create } from 'zustand';
import type { RuleId } from '../../shared/domain/ids.ts';

/** Dialogs of the rules that are asked for from menus: whose, if any. */
export type RuleDialogs = {
  /** What was modified in a time is to be acted on once more. */
  readonly backfill: RuleId | null;
  readonly auditLog: boolean;
};

export const useRuleDialogs = create<RuleDialogs>()(() => ({ backfill: null, auditLog: false }));
