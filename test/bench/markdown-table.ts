/** Pure: a Markdown table; what a cell may not hold is escaped. */
export function toMarkdown(headings: readonly string[], lines: readonly (readonly string[])[]): string {
  const plain = (cell: string) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
  return [headings, headings.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.map(plain).join(' | ')} |`)
    .join('\n');
}
