import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { goTo, useBrowserStore } from '../../stores/browser-store.ts';
import { crumbsOf, type Place, placeKey, rootOf } from '../../stores/place.ts';
import { Crumbs } from '../../ui/crumbs/crumbs.tsx';

type Props = { readonly connection: ConnectionView; readonly place: Place; readonly onEdit: () => void };

/** The way to the place; a click beside the names makes it text, as the action "Go to address" does. */
export function CrumbTrail({ connection, place, onEdit }: Props) {
  const { t } = useTranslation();
  const root = rootOf(connection);
  const crumbs = [
    { name: connection.name, place: root },
    // The root of a restricted connection stands for its bucket and path already.
    ...crumbsOf(place, root).filter((crumb) => root.bucket === null || crumb.place.prefix !== root.prefix),
  ];
  return (
    <Crumbs
      label={t('browser.path')}
      crumbs={crumbs.map((crumb) => ({
        id: placeKey(crumb.place),
        label: crumb.name === '' ? t('common.noName') : visibleText(crumb.name),
        run: () => useBrowserStore.setState((state) => goTo(state, crumb.place)),
      }))}
      foldedLabel={(count) => t('browser.moreCrumbs', { count })}
      onEdit={onEdit}
    />
  );
}
