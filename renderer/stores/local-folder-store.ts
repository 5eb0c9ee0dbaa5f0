import { create } from 'zustand';

/** The folder that the local pane shows: where the list's objects can be downloaded to at once. Null while it is closed. */
export type LocalFolder = {
  readonly path: string;
  /** As a sentence names it. */
  readonly name: string;
};

export const useLocalFolderStore = create<{ readonly folder: LocalFolder | null }>()(() => ({ folder: null }));
