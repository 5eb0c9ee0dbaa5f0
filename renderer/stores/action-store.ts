import { useEffect } from 'react';
import { create } from 'zustand';
import type { MenuGroups } from '../ui/menu/menu.tsx';

/** Actions of one feature, under its heading. */
export type ActionSource = { readonly title: string; readonly groups: MenuGroups };

/** Every action that can be done right now, by the feature that offers it: what the command palette lists. */
export type ActionState = { readonly sources: Readonly<Record<string, ActionSource>> };

export const useActionStore = create<ActionState>()(() => ({ sources: {} }));

/** Offers the actions for as long as the caller is on screen. `groups` is to be the same object while nothing changed. */
export function useProvideActions(id: string, title: string, groups: MenuGroups): void {
  useEffect(() => {
    useActionStore.setState(({ sources }) => ({ sources: { ...sources, [id]: { title, groups } } }));
    return () =>
      useActionStore.setState(({ sources }) => {
        const { [id]: _, ...left } = sources;
        return { sources: left };
      });
  }, [id, title, groups]);
}
