import { existsSync } from 'node:fs';

/**
 * Debian's Chromium, if there is one: the shell without a window, or the whole browser, which takes a third more of the
 * machine for the same pages.
 */
export const debianChromium = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) =>
  existsSync(path),
);
