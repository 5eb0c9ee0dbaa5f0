import { changePreferences, defaultPreferences, type Preferences } from '../../shared/domain/preferences.ts';

/** `?open=inspector,localPane,transfers&closed=sidebar&theme=dark&folder=/root`: the window as it was left. */
export function samplePreferences(search: URLSearchParams): Preferences {
  const open = search.get('open')?.split(',') ?? [];
  const folder = search.get('folder');
  return changePreferences(defaultPreferences, {
    theme: search.get('theme') === 'dark' ? 'dark' : search.get('theme') === 'light' ? 'light' : 'system',
    layout: {
      sidebarOpen: search.get('closed') !== 'sidebar',
      inspectorOpen: open.includes('inspector'),
      localPaneOpen: open.includes('localPane'),
      transfersOpen: open.includes('transfers'),
      ...(folder === null ? {} : { localPaneFolder: folder }),
    },
  });
}
