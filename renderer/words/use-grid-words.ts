import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { GridWords } from '../ui/grid/grid-types.ts';

/** What a grid says by itself, in the window's language. */
export function useGridWords(): GridWords {
  const { t } = useTranslation();
  return useMemo(
    () => ({
      sortAscending: t('grid.sortAscending'),
      sortDescending: t('grid.sortDescending'),
      moveBack: t('grid.moveBack'),
      moveOn: t('grid.moveOn'),
      fit: t('grid.fit'),
      reset: t('grid.reset'),
    }),
    [t],
  );
}
