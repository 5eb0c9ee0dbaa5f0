import { access } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { app, type BrowserWindow, dialog, type OpenDialogOptions, shell } from 'electron';
import type { CommandOutput, CommandParsed } from '../../shared/contract/commands.ts';
import { appError } from '../../shared/errors.ts';
import { assertNever, err, ok, type Result } from '../../shared/result.ts';
import type { ShellStateFile } from './shell-state.ts';

type Pick = CommandParsed<'hostFiles.pick'>;

/** Asks the person with the system's own dialog, starting where the last one ended. Null paths: cancelled. */
export async function pickPaths(
  window: BrowserWindow,
  input: Pick,
  state: ShellStateFile,
): Promise<Result<CommandOutput<'hostFiles.pick'>>> {
  const startFolder = state.read().lastFolder ?? app.getPath('downloads');
  if (input.what === 'saveFile') {
    // The name comes from an object's key: only its last part may choose where the dialog points to.
    const name = basename(input.name ?? '');
    const answer = await dialog.showSaveDialog(window, { title: input.title, defaultPath: join(startFolder, name) });
    if (answer.canceled || !answer.filePath) return ok({ paths: null });
    state.update({ lastFolder: dirname(answer.filePath) });
    return ok({ paths: [answer.filePath] });
  }
  const answer = await dialog.showOpenDialog(window, {
    title: input.title,
    defaultPath: startFolder,
    properties: propertiesOf(input.what),
  });
  const [first] = answer.filePaths;
  if (answer.canceled || first === undefined) return ok({ paths: null });
  state.update({ lastFolder: input.what === 'folder' ? first : dirname(first) });
  return ok({ paths: answer.filePaths });
}

/** Shows the file in the system's file manager. */
export async function revealPath(path: string): Promise<Result<CommandOutput<'hostFiles.reveal'>>> {
  if (!isAbsolute(path)) return err(appError('InvalidInput', { field: 'path', value: path }));
  try {
    await access(path);
  } catch (cause) {
    return err(appError('FileNotFound', { path }, cause));
  }
  shell.showItemInFolder(path);
  return ok({});
}

function propertiesOf(what: Exclude<Pick['what'], 'saveFile'>): NonNullable<OpenDialogOptions['properties']> {
  switch (what) {
    case 'folder':
      return ['openDirectory', 'createDirectory'];
    case 'files':
      return ['openFile', 'multiSelections'];
    case 'filesAndFolders':
      // Only macOS has one dialog for both; elsewhere asking for both would give a folder dialog.
      return process.platform === 'darwin'
        ? ['openFile', 'openDirectory', 'multiSelections']
        : ['openFile', 'multiSelections'];
    default:
      return assertNever(what);
  }
}
