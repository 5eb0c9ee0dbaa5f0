import browser from '../../shared/words/en/window/browser.json' with { type: 'json' };
import common from '../../shared/words/en/window/common.json' with { type: 'json' };
import downloads from '../../shared/words/en/window/downloads.json' with { type: 'json' };
import inspector from '../../shared/words/en/window/inspector.json' with { type: 'json' };
import objectEdits from '../../shared/words/en/window/object-edits.json' with { type: 'json' };
import shell from '../../shared/words/en/window/shell.json' with { type: 'json' };
import sidebar from '../../shared/words/en/window/sidebar.json' with { type: 'json' };
import signIn from '../../shared/words/en/window/sign-in.json' with { type: 'json' };
import transfers from '../../shared/words/en/window/transfers.json' with { type: 'json' };
import unfinishedUploads from '../../shared/words/en/window/unfinished-uploads.json' with { type: 'json' };
import uploads from '../../shared/words/en/window/uploads.json' with { type: 'json' };
import welcome from '../../shared/words/en/window/welcome.json' with { type: 'json' };

/**
 * The texts that the window begins with, one file for each feature; those of parts that are loaded later are in
 * english-later.ts. A language is the same files in its own folder.
 */
export const english = {
  ...common,
  ...shell,
  ...welcome,
  ...sidebar,
  ...signIn,
  ...browser,
  ...inspector,
  ...objectEdits,
  ...uploads,
  ...unfinishedUploads,
  ...downloads,
  ...transfers,
};
