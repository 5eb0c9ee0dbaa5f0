import automation from '../../shared/words/en/window/automation.json' with { type: 'json' };
import browser from '../../shared/words/en/window/browser.json' with { type: 'json' };
import common from '../../shared/words/en/window/common.json' with { type: 'json' };
import connections from '../../shared/words/en/window/connections.json' with { type: 'json' };
import downloads from '../../shared/words/en/window/downloads.json' with { type: 'json' };
import guide from '../../shared/words/en/window/guide.json' with { type: 'json' };
import inspector from '../../shared/words/en/window/inspector.json' with { type: 'json' };
import localPane from '../../shared/words/en/window/local-pane.json' with { type: 'json' };
import objectEdits from '../../shared/words/en/window/object-edits.json' with { type: 'json' };
import shell from '../../shared/words/en/window/shell.json' with { type: 'json' };
import signIn from '../../shared/words/en/window/sign-in.json' with { type: 'json' };
import transfers from '../../shared/words/en/window/transfers.json' with { type: 'json' };
import unfinishedUploads from '../../shared/words/en/window/unfinished-uploads.json' with { type: 'json' };
import uploads from '../../shared/words/en/window/uploads.json' with { type: 'json' };
import welcome from '../../shared/words/en/window/welcome.json' with { type: 'json' };

/** The texts of the window, one file for each feature; a language is the same files in its own folder. */
export const english = {
  ...common,
  ...shell,
  ...welcome,
  ...connections,
  ...guide,
  ...signIn,
  ...browser,
  ...inspector,
  ...objectEdits,
  ...localPane,
  ...uploads,
  ...unfinishedUploads,
  ...downloads,
  ...transfers,
  ...automation,
};
