const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Text of an element. Control characters become references, as S3 does it, though XML 1.0 knows no such. */
export function escapeXml(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/[&<>"\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g, (character) => {
    switch (character) {
      case '&':
        return '&amp;';
      case '<':
        return '&lt;';
      case '>':
        return '&gt;';
      case '"':
        return '&quot;';
      default:
        return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
    }
  });
}

/** `<name>…</name>` around markup that is made already. */
export function element(name: string, ...content: string[]): string {
  return `<${name}>${content.join('')}</${name}>`;
}

/** `<name>text</name>`; nothing when there is no text to tell. */
export function field(name: string, value: string | number | boolean | undefined): string {
  return value === undefined ? '' : `<${name}>${escapeXml(String(value))}</${name}>`;
}

export function xmlDocument(root: string, ...content: string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${content.join('')}</${root}>`;
}

/** An error's document has no namespace, in S3 as here. */
export function errorDocument(...content: string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${content.join('')}</Error>`;
}
