import { z } from 'zod';

/** How the columns of one place are shown. Columns that are named nowhere come last, as they are by default. */
export const columnLayoutSchema = z.object({
  order: z.array(z.string().max(40)).max(40),
  hidden: z.array(z.string().max(40)).max(40),
  /** Only of columns whose width was changed. */
  widthsPx: z.record(z.string().max(40), z.number().min(24).max(4000)),
  sortBy: z.string().max(40).optional(),
  descending: z.boolean().optional(),
});
export type ColumnLayout = z.infer<typeof columnLayoutSchema>;

/** Where the panes of the window stand. Sizes in CSS pixels. */
export const windowLayoutSchema = z.object({
  sidebarOpen: z.boolean(),
  sidebarPx: z.number(),
  inspectorOpen: z.boolean(),
  inspectorPx: z.number(),
  localPaneOpen: z.boolean(),
  /** Of the width that both panes share. */
  localPaneFraction: z.number().min(0.1).max(0.9),
  /** Empty: the home folder. */
  localPaneFolder: z.string().max(4096),
  transfersOpen: z.boolean(),
  /** Null: not set by hand, a share of the window. */
  transfersPx: z.number().nullable(),
});
export type WindowLayout = z.infer<typeof windowLayoutSchema>;

/** What a person has chosen and how the window was left, in the engine's database: the same in every window on this data folder. */
export const preferencesSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  /**
   * The app without a window goes on as long as a rule is on or a transfer runs. There is no third choice that always does: an
   * app with nothing to do has no reason to run.
   */
  keepRunning: z.boolean(),
  /** The app starts when the person logs in, without a window. What the system says counts: the app corrects this when it starts. */
  startAtLogin: z.boolean(),
  layout: windowLayoutSchema,
  /** By `connectionId/bucket`, `connectionId` for its buckets, and `host` for folders of this machine. */
  columns: z.record(z.string(), columnLayoutSchema),
});
export type Preferences = z.infer<typeof preferencesSchema>;

export const preferencesChangeSchema = z.object({
  theme: preferencesSchema.shape.theme.optional(),
  keepRunning: z.boolean().optional(),
  startAtLogin: z.boolean().optional(),
  layout: windowLayoutSchema.partial().optional(),
  columns: z.record(z.string().max(400), columnLayoutSchema.nullable()).optional(),
});
export type PreferencesChange = z.infer<typeof preferencesChangeSchema>;

export const defaultPreferences: Preferences = {
  theme: 'system',
  keepRunning: true,
  startAtLogin: false,
  layout: {
    sidebarOpen: true,
    sidebarPx: 220,
    inspectorOpen: false,
    inspectorPx: 300,
    localPaneOpen: false,
    localPaneFraction: 0.4,
    localPaneFolder: '',
    transfersOpen: false,
    transfersPx: null,
  },
  columns: {},
};

/** Pure. */
export function changePreferences(before: Preferences, change: PreferencesChange): Preferences {
  const columns = { ...before.columns };
  for (const [place, layout] of Object.entries(change.columns ?? {})) {
    // Anew at the end: the order is that of the last change.
    delete columns[place];
    if (layout !== null) columns[place] = layout;
  }
  return {
    theme: change.theme ?? before.theme,
    keepRunning: change.keepRunning ?? before.keepRunning,
    startAtLogin: change.startAtLogin ?? before.startAtLogin,
    layout: { ...before.layout, ...withoutUndefined(change.layout ?? {}) },
    columns,
  };
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
