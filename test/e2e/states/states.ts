import { connectionStates } from './connection-states.ts';
import { listStates } from './list-states.ts';
import { methodStates } from './method-states.ts';
import { paneStates } from './pane-states.ts';
import { ruleDialogStates, ruleStates } from './rule-states.ts';
import { signInStates } from './sign-in-states.ts';
import { transferStates } from './transfer-states.ts';
import type { WindowState } from './window-state.ts';

/** Every state of the window's description, and those that later screens are made of. */
export const states: readonly WindowState[] = [
  ...connectionStates,
  ...methodStates,
  ...signInStates,
  ...listStates,
  ...paneStates,
  ...transferStates,
  ...ruleStates,
  ...ruleDialogStates,
];
