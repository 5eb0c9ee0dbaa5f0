import type { TFunction } from 'i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { endingOf } from '../../listing/name-ending.ts';
import { RowName } from '../../listing/row-name.tsx';
import type { GridColumn } from '../../ui/grid/grid-types.ts';
import { TimeIn } from '../../words/time.tsx';
import type { useFormat } from '../../words/use-format.ts';

const none = '–';

function typeOf(row: ListingRow, t: TFunction): string {
  if (row.type === 'hostFolder') return t('localPane.type.folder');
  return endingOf(row.name) ?? t('localPane.type.file');
}

export function hostColumns(t: TFunction, format: ReturnType<typeof useFormat>): GridColumn<ListingRow>[] {
  return [
    {
      id: 'name',
      header: t('localPane.column.name'),
      widthPx: 200,
      minPx: 112,
      grows: true,
      render: (row) => <RowName row={row} />,
    },
    {
      id: 'size',
      header: t('localPane.column.size'),
      widthPx: 84,
      minPx: 80,
      align: 'end',
      soft: true,
      render: (row) => (row.type === 'hostFile' ? <bdi>{format.bytes(row.sizeBytes)}</bdi> : none),
    },
    {
      id: 'modified',
      header: t('localPane.column.modified'),
      widthPx: 128,
      minPx: 96,
      soft: true,
      render: (row) =>
        row.type === 'hostFile' && row.modifiedMs !== null ? <TimeIn ms={row.modifiedMs} format={format} /> : none,
    },
    {
      id: 'type',
      header: t('localPane.column.type'),
      widthPx: 72,
      minPx: 56,
      soft: true,
      render: (row) => typeOf(row, t),
    },
  ];
}
