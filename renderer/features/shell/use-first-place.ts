import { useEffect } from 'react';
import { z } from 'zod';
import { connectionIdSchema } from '../../../shared/domain/ids.ts';
import { goTo, useBrowserStore } from '../../stores/browser-store.ts';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import { type Place, rootOf } from '../../stores/place.ts';

const lastConnectionKey = 'brigade.lastConnection';
/** In the tab's own storage: two tabs are two places. */
const openPlaceKey = 'brigade.openPlace';
const placeSchema = z.object({
  connectionId: connectionIdSchema,
  bucket: z.string().min(1).nullable(),
  prefix: z.string(),
});

/**
 * Opens the place that was open before the window was reloaded, or else the connection of last time, or the first one,
 * when none is open; remembers what is.
 */
export function useFirstPlace(): void {
  const connections = useConnectionsStore((state) => state.connections);
  const place = useBrowserStore((state) => state.place);
  useEffect(() => {
    if (place !== null) {
      localStorage.setItem(lastConnectionKey, place.connectionId);
      sessionStorage.setItem(openPlaceKey, JSON.stringify(place));
      return;
    }
    const before = readOpenPlace();
    const lastId = before?.connectionId ?? localStorage.getItem(lastConnectionKey);
    const connection = connections.find((one) => one.id === lastId) ?? connections[0];
    if (!connection) return;
    const root = rootOf(connection);
    const isBelow =
      before?.connectionId === connection.id &&
      (root.bucket === null || (before.bucket === root.bucket && before.prefix.startsWith(root.prefix)));
    useBrowserStore.setState((state) => goTo(state, before && isBelow ? before : root));
  }, [place, connections]);
}

function readOpenPlace(): Place | null {
  const text = sessionStorage.getItem(openPlaceKey);
  if (text === null) return null;
  try {
    return placeSchema.parse(JSON.parse(text));
  } catch {
    // Of another version of the window.
    return null;
  }
}
