import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

export const boundsSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
});
export type Bounds = z.infer<typeof boundsSchema>;

const shellStateSchema = z.object({
  bounds: boundsSchema.optional(),
  maximized: z.boolean().optional(),
  /** Where the last file dialog ended; the system's own start in Downloads each time. */
  lastFolder: z.string().optional(),
  /** The person knows that closing the window is not always the end. */
  toldOfBackground: z.boolean().optional(),
});
export type ShellState = z.infer<typeof shellStateSchema>;

export interface ShellStateFile {
  read(): ShellState;
  /** Merges and writes at once, so that a killed app remembers too. */
  update(change: ShellState): void;
}

/** What the shell remembers between starts. Only comfort lives here: an unreadable file is a fresh start, a failed write is ignored. */
export function openShellState(file: string): ShellStateFile {
  let state = load(file);
  return {
    read: () => state,
    update: (change) => {
      state = { ...state, ...change };
      try {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(`${file}.tmp`, JSON.stringify(state));
        renameSync(`${file}.tmp`, file);
      } catch {
        // Remembered until the end of this run only.
      }
    },
  };
}

function load(file: string): ShellState {
  try {
    return shellStateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}
