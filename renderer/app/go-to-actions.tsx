import type { TFunction } from 'i18next';
import { CornerDownRight } from 'lucide-react';
import type { ConnectionView } from '../../shared/domain/connection.ts';
import { addressOf, readAddress } from '../stores/address.ts';
import type { Place } from '../stores/place.ts';
import type { MenuAction } from '../ui/menu/menu.tsx';

type Input = {
  readonly query: string;
  readonly t: TFunction;
  readonly connections: readonly ConnectionView[];
  readonly current: ConnectionView | undefined;
  readonly go: (place: Place) => void;
};

/** Most connections that a typed address is offered for. */
const offered = 5;

/** Where a typed address leads, through the open connection first and then through the others that reach it. */
export function goToActions({ query, t, connections, current, go }: Input): MenuAction[] {
  // Only what is written as an address: anything else is looked for among the actions.
  if (!/^\s*(s3:|https?:|arn:)/i.test(query)) return [];
  const others = connections.filter((one) => one.id !== current?.id);
  return [...(current ? [current] : []), ...others]
    .flatMap((connection) => {
      const answer = readAddress(query, connection);
      if (!answer.ok) return [];
      const place = answer.object?.place ?? answer.place;
      return {
        id: `go-${connection.id}`,
        label: t('palette.goTo', { address: addressOf(place), connection: connection.name }),
        icon: <CornerDownRight size={16} aria-hidden />,
        run: () => go(place),
      };
    })
    .slice(0, offered);
}
