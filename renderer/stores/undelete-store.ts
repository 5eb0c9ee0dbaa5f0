import { create } from 'zustand';
import type { SelectionId } from '../../shared/domain/ids.ts';

/** A deletion of many that is being taken back, for as long as somebody wants to see how far it is. */
export type Undeleting = { readonly selectionId: SelectionId; readonly count: number };

export const useUndeleteStore = create<{ readonly undeleting: Undeleting | null }>()(() => ({ undeleting: null }));
