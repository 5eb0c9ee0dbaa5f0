import { create } from 'zustand';
import type { LinkState } from '../bridge/engine-link.ts';

/** Whether the engine can be reached: the banner, and when to read everything again. */
export const useLinkStore = create<LinkState>()(() => ({ state: 'connecting', opened: 0 }));
