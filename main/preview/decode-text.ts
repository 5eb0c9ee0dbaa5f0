/** So much decides whether bytes of no known type are text. */
export const sniffBytes = 4096;

/**
 * The text of the beginning of a file: UTF-8, or UTF-16 by its byte order mark; null when it is neither, or holds a zero.
 * `truncated` says that more bytes follow: a character they would complete is left out. Pure.
 */
export function decodeText(bytes: Uint8Array, truncated: boolean): string | null {
  try {
    // Streaming holds back the beginning of an unfinished character; fatal throws at what is none.
    const decoder = new TextDecoder(encodingOf(bytes), { fatal: true });
    const text = decoder.decode(bytes, { stream: truncated });
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
}
