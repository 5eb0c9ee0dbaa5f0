import type { CommandOutput } from '../../shared/contract/commands.ts';
import type { ListingRow } from '../../shared/domain/listing.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';

const folders: Readonly<Record<string, readonly string[]>> = {
  '/': ['etc', 'home', 'root', 'srv'],
  '/home': ['kim', 'robin'],
  '/home/kim': ['.cache', '.config', 'Documents', 'Downloads', 'Invoices 2026', 'Pictures', 'Scans', 'وثائق'],
  '/home/kim/Documents': ['Contracts', 'Letters'],
};
const files = [
  '.profile',
  'budget.xlsx',
  'invoice-00001.pdf',
  'notes',
  'photo of the harbour at night.jpg',
  'todo.txt',
];

/** The rows of an invented folder of this machine; two of them show what can go wrong. */
export function sampleHostRows(folder: string, hidden: boolean): Result<ListingRow[]> {
  if (folder === '/root') return err(appError('LocalAccessDenied', { path: folder }));
  if (folder.includes('gone')) return err(appError('FileNotFound', { path: folder }));
  const below = (name: string) => (folder.endsWith('/') ? folder : `${folder}/`) + name;
  const rows: ListingRow[] = [
    ...(folders[folder] ?? []).map((name): ListingRow => ({ type: 'hostFolder', name, path: below(name) })),
    ...(folder.startsWith('/home/kim') && !folder.endsWith('Scans') ? files : []).map(
      (name, index): ListingRow => ({
        type: 'hostFile',
        name,
        path: below(name),
        sizeBytes: 1800 * 37 ** (index % 4),
        modifiedMs: Date.now() - index * 40_000_000,
      }),
    ),
  ];
  return ok(rows.filter((row) => hidden || !row.name.startsWith('.')));
}

/** The same for the folder picker. */
export function sampleHostFolder(folder: string): Result<CommandOutput<'hostFiles.list'>> {
  const rows = sampleHostRows(folder, true);
  if (!rows.ok) return rows;
  const entries = rows.value.map((row) => ({
    name: row.name,
    path: 'path' in row ? row.path : row.name,
    isFolder: row.type === 'hostFolder',
    sizeBytes: 0,
    modifiedMs: null,
  }));
  const parent = folder === '/' ? null : folder.slice(0, folder.lastIndexOf('/')) || '/';
  return ok({ folder, parent, entries });
}
