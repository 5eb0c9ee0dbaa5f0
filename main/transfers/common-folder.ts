/** The folder all of them lie in: what they begin with, cut after its last separator. Pure. */
export function commonFolder(paths: readonly string[], separator: string): string {
  let common = paths[0] ?? '';
  for (const path of paths) while (!path.startsWith(common)) common = common.slice(0, -1);
  return common.slice(0, common.lastIndexOf(separator) + 1);
}
