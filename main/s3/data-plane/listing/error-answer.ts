import { createXmlReader } from './xml-reader.ts';

export type ErrorAnswer = {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly region?: string | undefined;
  readonly requestId?: string | undefined;
};

/** Error bodies are small; whatever is longer is not one. */
const maxErrorBytes = 64 * 1024;

/** What the `<Error>` of an answer says; nothing when its body is none. */
export function readErrorAnswer(body: Uint8Array): ErrorAnswer {
  if (body.length === 0 || body.length > maxErrorBytes) return {};
  const reader = createXmlReader(Buffer.from(body).toString('utf8').replaceAll(/\r\n?/g, '\n'));
  const texts: Record<string, string> = {};
  let name = '';
  for (;;) {
    const event = reader.next();
    if (event === 'broken') return {};
    if (event === 'end') break;
    // `<Error>` itself, or as Amazon's other services have it inside of an `<ErrorResponse>`.
    if (event === 'open') name = reader.name();
    else if (event === 'text' && name !== '') texts[name] = (texts[name] ?? '') + reader.value();
    else if (event === 'close') name = '';
  }
  const text = (of: string): string | undefined => texts[of]?.trim() || undefined;
  return { code: text('Code'), message: text('Message'), region: text('Region'), requestId: text('RequestId') };
}
