import { create } from 'zustand';
import type { EngineEvent, Snapshot } from '../../shared/contract/events.ts';
import type { ConnectionView } from '../../shared/domain/connection.ts';
import type { TestStep } from '../../shared/domain/connection-test.ts';

export type ConnectionsState = {
  /** False until the first snapshot: neither the welcome nor the list is shown before. */
  readonly loaded: boolean;
  readonly connections: readonly ConnectionView[];
  /** Steps of running and finished connection tests, by the window's own test ids. */
  readonly testSteps: Readonly<Record<string, readonly TestStep[]>>;
};

export const initialConnections: ConnectionsState = { loaded: false, connections: [], testSteps: {} };

export function resetConnections(state: ConnectionsState, snapshot: Snapshot): ConnectionsState {
  return { ...state, loaded: true, connections: snapshot.connections };
}

/** Pure. A step replaces the one of the same name, so a replay changes nothing. */
export function applyToConnections(state: ConnectionsState, event: EngineEvent): ConnectionsState {
  if (event.type === 'connections.changed') return { ...state, connections: event.connections };
  if (event.type === 'connections.testStep') {
    const before = state.testSteps[event.testId] ?? [];
    const known = before.some((step) => step.name === event.step.name);
    const steps = known
      ? before.map((step) => (step.name === event.step.name ? event.step : step))
      : [...before, event.step];
    return { ...state, testSteps: { ...state.testSteps, [event.testId]: steps } };
  }
  return state;
}

/** Pure. Drops the steps of a test whose form has been closed. */
export function forgetTest(state: ConnectionsState, testId: string): ConnectionsState {
  const { [testId]: _, ...testSteps } = state.testSteps;
  return { ...state, testSteps };
}

export const useConnectionsStore = create<ConnectionsState>()(() => initialConnections);

export function findConnection(state: ConnectionsState, id: string | undefined): ConnectionView | undefined {
  return state.connections.find((connection) => connection.id === id);
}
