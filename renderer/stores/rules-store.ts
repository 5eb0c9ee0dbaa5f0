import { create } from 'zustand';
import type { EngineEvent, Snapshot } from '../../shared/contract/events.ts';
import type { RuleId } from '../../shared/domain/ids.ts';
import type { RuleView, RunView } from '../../shared/domain/rule.ts';

export type RuleNotice = {
  readonly serial: number;
  readonly title: string;
  readonly message: string;
  /** To be put on the clipboard. */
  readonly copy: string | undefined;
};

export type RulesState = {
  readonly rules: readonly RuleView[];
  /** All of them wait until all are resumed; each keeps its own state. */
  readonly allPaused: boolean;
  /** The rule whose history is on screen, and runs of it that were told of since it was read, by their id. */
  readonly watched: RuleId | null;
  readonly changedRuns: Readonly<Record<number, RunView>>;
  /** A mirror that a person wants to begin: it is shown what that deletes. */
  readonly askedMirror: RuleId | null;
  /** Not shown yet. */
  readonly notices: readonly RuleNotice[];
  readonly lastSerial: number;
};

export const initialRules: RulesState = {
  rules: [],
  allPaused: false,
  watched: null,
  changedRuns: {},
  askedMirror: null,
  notices: [],
  lastSerial: 0,
};

/** More than a screen of the history; older ones are read with their page. */
const keptRuns = 400;
/** What a window has missed for longer is no news. */
const keptNotices = 20;

export function resetRules(state: RulesState, snapshot: Snapshot): RulesState {
  return { ...state, rules: snapshot.rules, allPaused: snapshot.rulesPaused, changedRuns: {} };
}

/** Pure. */
export function applyToRules(state: RulesState, event: EngineEvent): RulesState {
  if (event.type === 'rules.changed') return { ...state, rules: event.rules, allPaused: event.allPaused };
  if (event.type === 'rules.runChanged') return keepRun(state, event.run);
  if (event.type !== 'rules.notice') return state;
  const { title, message, copy } = event;
  const lastSerial = state.lastSerial + 1;
  const notices = [...state.notices, { serial: lastSerial, title, message, copy }].slice(-keptNotices);
  return { ...state, notices, lastSerial };
}

function keepRun(state: RulesState, run: RunView): RulesState {
  if (run.ruleId !== state.watched) return state;
  const others = Object.entries(state.changedRuns).filter(([id]) => id !== String(run.id));
  // Ids ascend in the order in which the runs came.
  return { ...state, changedRuns: { ...Object.fromEntries(others.slice(1 - keptRuns)), [run.id]: run } };
}

/**
 * Pure. These runs have been read from the history: what had been told of them when that was asked for (`before`) is older.
 */
export function dropOlderRuns(
  state: RulesState,
  read: readonly RunView[],
  before: RulesState['changedRuns'],
): RulesState {
  const older = new Set(
    read
      .filter(({ id }) => state.changedRuns[id] !== undefined && state.changedRuns[id] === before[id])
      .map(({ id }) => id),
  );
  if (older.size === 0) return state;
  const left = Object.entries(state.changedRuns).filter(([, { id }]) => !older.has(id));
  return { ...state, changedRuns: Object.fromEntries(left) };
}

/** Pure. A saved rule is shown before the engine tells of it. */
export function putRule(state: RulesState, rule: RuleView): RulesState {
  const known = state.rules.some(({ id }) => id === rule.id);
  const rules = known ? state.rules.map((one) => (one.id === rule.id ? rule : one)) : [...state.rules, rule];
  return { ...state, rules };
}

/** Pure. Runs of this rule are kept as they change; null: of none. */
export function watchRuns(state: RulesState, ruleId: RuleId | null): RulesState {
  return { ...state, watched: ruleId, changedRuns: {} };
}

/** Pure. They are on screen now. */
export function dropNotices(state: RulesState, upTo: number): RulesState {
  return { ...state, notices: state.notices.filter(({ serial }) => serial > upTo) };
}

export const useRulesStore = create<RulesState>()(() => initialRules);

export type RuleTab = 'history' | 'test';
/** What the main area shows of the rules. */
export type RulePage =
  | { readonly type: 'all' }
  | { readonly type: 'new' }
  | { readonly type: 'rule'; readonly ruleId: RuleId; readonly tab: RuleTab };
