import { useEffect } from 'react';
import { goTo, useBrowserStore } from '../../stores/browser-store.ts';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import { rootOf } from '../../stores/place.ts';

const lastConnectionKey = 'brigade.lastConnection';

/** Opens the connection of last time, or the first one, when none is open; remembers the one that is. */
export function useFirstPlace(): void {
  const connections = useConnectionsStore((state) => state.connections);
  const openId = useBrowserStore((state) => state.place?.connectionId);
  useEffect(() => {
    if (openId !== undefined) {
      localStorage.setItem(lastConnectionKey, openId);
      return;
    }
    const lastId = localStorage.getItem(lastConnectionKey);
    const connection = connections.find((one) => one.id === lastId) ?? connections[0];
    if (connection) useBrowserStore.setState((state) => goTo(state, rootOf(connection)));
  }, [openId, connections]);
}
