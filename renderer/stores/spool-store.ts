import { create } from 'zustand';
import type { AppError } from '../../shared/errors.ts';

/** Files on their way from the browser to the engine's spool folder, before their upload is a job. */
export type SpoolTask = {
  readonly id: string;
  /** Of the first file or folder, and how many there are besides. */
  readonly name: string;
  readonly more: number;
  readonly to: string;
  readonly state: 'reading' | 'sending' | 'failed';
  readonly filesTotal: number;
  readonly filesDone: number;
  readonly bytesTotal: number;
  readonly bytesDone: number;
  readonly error?: AppError;
};

export type SpoolState = { readonly tasks: readonly SpoolTask[] };

export function putTask(state: SpoolState, task: SpoolTask): SpoolState {
  const known = state.tasks.some((other) => other.id === task.id);
  return { tasks: known ? state.tasks.map((other) => (other.id === task.id ? task : other)) : [...state.tasks, task] };
}

export function removeTask(state: SpoolState, id: string): SpoolState {
  return { tasks: state.tasks.filter((task) => task.id !== id) };
}

export const useSpoolStore = create<SpoolState>()(() => ({ tasks: [] }));
