import automation from '../../shared/words/en/window/automation.json' with { type: 'json' };
import connections from '../../shared/words/en/window/connections.json' with { type: 'json' };
import guide from '../../shared/words/en/window/guide.json' with { type: 'json' };
import localPane from '../../shared/words/en/window/local-pane.json' with { type: 'json' };

/** The texts of those parts of the window that come with `withLaterWords`; none of these begin as one of english.ts does. */
export const englishLater = {
  ...connections,
  ...guide,
  ...localPane,
  ...automation,
};
