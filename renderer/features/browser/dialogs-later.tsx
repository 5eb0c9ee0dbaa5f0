import { type ComponentProps, type ComponentType, lazy, Suspense, useEffect, useState } from 'react';
import type { BrowserDialogs } from './browser-dialogs.tsx';

type Dialogs = typeof BrowserDialogs;

/** Not needed for the first look at a list. */
let loaded: Dialogs | null = null;
const load = async (): Promise<Dialogs> => (loaded ??= (await import('./browser-dialogs.tsx')).BrowserDialogs);
const LazyDialogs = lazy(async () => ({ default: await load() }));

/** Fetches the dialogs once there is nothing better to do. */
export function useDialogsAhead(): void {
  useEffect(() => {
    const idle = requestIdleCallback(() => void load());
    return () => cancelIdleCallback(idle);
  }, []);
}

/** Those that are there already are there at once: what is typed right after the action that opens one is typed into it. */
export function DialogsLater(props: ComponentProps<Dialogs>) {
  const [Shown] = useState<ComponentType<ComponentProps<Dialogs>>>(() => loaded ?? LazyDialogs);
  return (
    <Suspense fallback={null}>
      <Shown {...props} />
    </Suspense>
  );
}
