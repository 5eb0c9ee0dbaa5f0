import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { type ServiceId, services } from './services.ts';

/** What a kind of connection is called: a product by its own name, the others in words. */
export function useServiceName(): (id: ServiceId) => string {
  const { t } = useTranslation();
  return useCallback(
    (id) =>
      services[id].name ?? t(id === 'thisComputer' ? 'connection.service.thisComputer' : 'connection.service.other'),
    [t],
  );
}
