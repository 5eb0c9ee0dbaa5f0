/** `report.pdf` → `report (2).pdf`: the name a file gets when both are kept. Pure; works on keys and on paths. */
export function numberedName(path: string, number: number, separator: '/' | '\\' = '/'): string {
  const slash = path.lastIndexOf(separator);
  const folder = path.slice(0, slash + 1);
  const name = path.slice(slash + 1);
  const extension = /(?<=.)(?:\.tar)?\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? '';
  return `${folder}${name.slice(0, name.length - extension.length)} (${number})${extension}`;
}
