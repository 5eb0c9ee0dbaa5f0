#!/usr/bin/env -S node --max-semi-space-size=4
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  becomeNode,
  endWithParent,
  engineNodeOptions,
  findNode,
  noNodeMessage,
  projectDir,
  thisNodeCanRunTheEngine,
} from './node-runtime.mjs';

/** The `brigade` command: runs the built engine in this process, or, on an older Node, in one that can. */

const bundle = join(projectDir, 'out', 'main', 'brigade.js');
const node = findNode();

/** @param {string} text */
const giveUp = (text) => {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
};

if (node === undefined) {
  giveUp(noNodeMessage);
} else if (!existsSync(bundle)) {
  giveUp('brigade is not built yet: run `npm run build` first.');
} else if (thisNodeCanRunTheEngine()) {
  endWithParent();
  await import(pathToFileURL(bundle).href);
} else {
  becomeNode(node, [...engineNodeOptions, fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
}
