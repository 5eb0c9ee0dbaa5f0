import { create } from 'zustand';
import type { CommandOutput } from '../../shared/contract/commands.ts';

export type AppInfo = CommandOutput<'app.info'>;

/** What the engine said about itself and its machine; null until it has. */
export const useAppInfo = create<{ readonly info: AppInfo | null }>()(() => ({ info: null }));
