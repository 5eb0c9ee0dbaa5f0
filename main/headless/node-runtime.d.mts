/** See node-runtime.mjs, which must be plain JavaScript: what TypeScript uses of it. */
export const engineNodeOptions: readonly string[];
