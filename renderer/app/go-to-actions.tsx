import type { TFunction } from 'i18next';
import { CornerDownRight } from 'lucide-react';
import type { EngineClient } from '../../shared/contract/client.ts';
import type { ConnectionView } from '../../shared/domain/connection.ts';
import { awaitPane } from '../features/shell/pane-focus.ts';
import { addressOf, readAddress } from '../stores/address.ts';
import { goTo, goToRow, useBrowserStore } from '../stores/browser-store.ts';
import type { MenuAction } from '../ui/menu/menu.tsx';

type Input = {
  readonly query: string;
  readonly t: TFunction;
  readonly engine: EngineClient;
  readonly connections: readonly ConnectionView[];
  readonly current: ConnectionView | undefined;
};
type Found = Extract<ReturnType<typeof readAddress>, { ok: true }>;

/** Most connections that a typed address is offered for. */
const offered = 5;

/** Where a typed address leads, through the open connection first and then through the others that reach it. */
export function goToActions({ query, t, engine, connections, current }: Input): MenuAction[] {
  // Only what is written as an address: anything else is looked for among the actions.
  if (!/^\s*(s3:|https?:|arn:)/i.test(query)) return [];
  const others = connections.filter((one) => one.id !== current?.id);
  return [...(current ? [current] : []), ...others]
    .flatMap((connection) => {
      const found = readAddress(query, connection);
      if (!found.ok) return [];
      const { place, object } = found;
      const address = object ? addressOf({ ...object.place, prefix: object.key }) : addressOf(place);
      return {
        id: `go-${connection.id}`,
        label: t('palette.goTo', { address, connection: connection.name }),
        icon: <CornerDownRight size={16} aria-hidden />,
        run: () => void go(engine, found),
      };
    })
    .slice(0, offered);
}

/** To the object when there is one of that key, else into the folder of that name. */
async function go(engine: EngineClient, { place, object }: Found): Promise<void> {
  awaitPane('list');
  if (object?.place.bucket != null) {
    const { connectionId, bucket } = object.place;
    const found = await engine.call('objects.stat', { connectionId, bucket, key: object.key });
    if (found.ok) return useBrowserStore.setState((state) => goToRow(state, object.place, object.name));
  }
  useBrowserStore.setState((state) => goTo(state, place));
}
