/** What stands before the body of a request. */
export type RequestHead = {
  readonly method: string;
  /** As it goes into the request line: the path, or the whole address for a proxy that is asked for it. */
  readonly target: string;
  /** In the order they are sent; `host` is among them. Each character is a byte. */
  readonly headers: Readonly<Record<string, string>>;
};

/** Would end a header and begin another, or is no byte. */
const forbidden = /[^\t\x20-\x7e\x80-\xff]/;
/** A blank would end the address. */
const address = /^[\x21-\x7e\x80-\xff]+$/;
/** Names of metadata are up to users: one with a colon would be another header. */
const tokenName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The head as text, to be sent as latin1. Throws TypeError for what no header can hold: it must be encoded before. */
export function formatRequestHead({ method, target, headers }: RequestHead): string {
  let text = `${method} ${target} HTTP/1.1\r\n`;
  if (!address.test(target)) throw new TypeError('the address has characters that none may have');
  for (const name in headers) {
    const value = headers[name] as string;
    if (!tokenName.test(name)) throw new TypeError('a header has a name that none may have');
    if (forbidden.test(value)) throw new TypeError(`the header ${name} has characters that none may have`);
    text += `${name}: ${value}\r\n`;
  }
  return `${text}\r\n`;
}
