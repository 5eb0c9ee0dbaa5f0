import type { XmlReader } from './xml-reader.ts';

/** Names of other namespaces are none of S3's. */
export function localName(name: string, prefix: string): string {
  const local = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return local.includes(':') ? '' : local;
}

/** The text of the element whose tag was just read, without that of elements below it. */
export function readText(reader: XmlReader): 'broken' | { readonly text: string; readonly closesAt: number } {
  const depth = reader.depth();
  let whole = '';
  for (;;) {
    const event = reader.next();
    if (event === 'broken') return 'broken';
    if (event === 'text' && reader.depth() === depth) whole += reader.value();
    if (event === 'close' && reader.depth() < depth) return { text: whole, closesAt: reader.start() };
  }
}

export function readChildren(reader: XmlReader, prefix: string): 'broken' | [name: string, text: string][] {
  const depth = reader.depth();
  const children: [string, string][] = [];
  for (;;) {
    const event = reader.next();
    if (event === 'broken') return 'broken';
    if (event === 'close' && reader.depth() < depth) return children;
    if (event !== 'open') continue;
    const name = reader.name();
    const child = readText(reader);
    if (child === 'broken') return 'broken';
    children.push([localName(name, prefix), child.text]);
  }
}
