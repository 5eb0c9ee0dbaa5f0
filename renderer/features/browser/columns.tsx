import type { TFunction } from 'i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { endingOf } from '../../listing/name-ending.ts';
import { RowName } from '../../listing/row-name.tsx';
import type { GridColumn } from '../../ui/grid/grid-types.ts';
import { shortClass } from '../../words/storage-class.ts';
import { TimeIn } from '../../words/time.tsx';
import type { useFormat } from '../../words/use-format.ts';
import { RowNote } from './row-note.tsx';

type Format = ReturnType<typeof useFormat>;
type Column = GridColumn<ListingRow>;
const none = '–';

function typeOf(row: ListingRow, t: TFunction): string {
  if (row.type === 'bucket') return t('browser.type.bucket');
  if (row.type === 'folder') return t('browser.type.folder');
  return endingOf(row.name) ?? t('browser.type.file');
}

const nameColumn = (t: TFunction): Column => ({
  id: 'name',
  header: t('browser.column.name'),
  widthPx: 260,
  // In a narrow window names matter more than the rest.
  minPx: 184,
  grows: true,
  render: (row) => (
    <RowName row={row}>
      <RowNote row={row} />
    </RowName>
  ),
});

const timeColumn = (header: string, format: Format): Column => ({
  id: 'modified',
  header,
  widthPx: 150,
  minPx: 96,
  soft: true,
  render: (row) => {
    const ms = row.type === 'object' ? row.modifiedMs : row.type === 'bucket' ? row.createdMs : null;
    return ms === null ? none : <TimeIn ms={ms} format={format} />;
  },
});

export function bucketColumns(t: TFunction, format: Format): Column[] {
  return [nameColumn(t), timeColumn(t('browser.column.created'), format)];
}

export function objectColumns(t: TFunction, format: Format): Column[] {
  return [
    nameColumn(t),
    {
      id: 'size',
      header: t('browser.column.size'),
      widthPx: 88,
      minPx: 80,
      align: 'end',
      soft: true,
      render: (row) => (row.type === 'object' ? <bdi>{format.bytes(row.sizeBytes)}</bdi> : none),
    },
    timeColumn(t('browser.column.modified'), format),
    {
      id: 'class',
      header: t('browser.column.class'),
      widthPx: 104,
      minPx: 84,
      soft: true,
      render: (row) => {
        const known = row.type === 'object' ? row.storageClass : null;
        return known === null ? none : <span title={known}>{shortClass(known, t)}</span>;
      },
    },
    {
      id: 'type',
      header: t('browser.column.type'),
      widthPx: 80,
      minPx: 74,
      soft: true,
      render: (row) => typeOf(row, t),
    },
    {
      id: 'etag',
      header: t('browser.column.etag'),
      widthPx: 240,
      minPx: 80,
      soft: true,
      render: (row) =>
        row.type === 'object' && row.etag !== null ? <code>{row.etag.replaceAll('"', '')}</code> : none,
    },
  ];
}
