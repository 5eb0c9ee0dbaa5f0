/** Looks for secrets in all that was written or said, however they are spelled there. */
export interface SecretHunt {
  /** `allowedIn`: starts of the names of places that may have it. Short numbers (codes) count only on their own. */
  add(what: string, secret: string | Uint8Array, allowedIn?: readonly string[]): void;
  /** Something that was written or said. */
  see(place: string, content: string | Uint8Array): void;
  /** `what in place`, for each secret where it must not be. */
  leaks(): string[];
  /** Where this text stands, in any spelling. */
  placesOf(text: string): string[];
  readonly secretCount: number;
}

type Spelling = string | RegExp;
type Secret = { readonly what: string; readonly spellings: readonly Spelling[]; readonly allowedIn: readonly string[] };
/** Latin-1, so that bytes can be looked for like texts. `joined`: without white space and line ends, as a PEM is unfolded. */
type Seen = { readonly place: string; readonly plain: string; readonly joined: string };

export function createSecretHunt(): SecretHunt {
  const secrets = new Map<string, Secret>();
  const seen: Seen[] = [];
  const isIn = ({ plain, joined }: Seen, spelling: Spelling): boolean =>
    typeof spelling === 'string' ? plain.includes(spelling) || joined.includes(spelling) : spelling.test(plain);

  return {
    add(what, secret, allowedIn = []) {
      const bytes = typeof secret === 'string' ? Buffer.from(secret) : Buffer.from(secret);
      if (bytes.length === 0) throw new Error(`${what} is empty`);
      secrets.set(`${what} ${bytes.toString('hex')}`, { what, spellings: spellingsOf(bytes), allowedIn });
    },
    see(place, content) {
      const plain = (typeof content === 'string' ? Buffer.from(content) : Buffer.from(content)).toString('latin1');
      if (plain === '') return;
      seen.push({ place, plain, joined: plain.replace(/\\+[nr]|\s+/g, '') });
    },
    leaks() {
      const found: string[] = [];
      for (const { what, spellings, allowedIn } of secrets.values()) {
        for (const each of seen) {
          if (allowedIn.some((start) => each.place.startsWith(start))) continue;
          if (spellings.some((spelling) => isIn(each, spelling))) found.push(`${what} in ${each.place}`);
        }
      }
      return [...new Set(found)];
    },
    placesOf: (text) => {
      const spellings = spellingsOf(Buffer.from(text));
      return [
        ...new Set(seen.filter((each) => spellings.some((spelling) => isIn(each, spelling))).map(({ place }) => place)),
      ];
    },
    get secretCount() {
      return secrets.size;
    },
  };
}

const shortest = 8;

/** Of some bytes: as they are, in hex and base64 at each offset, and as texts in URLs and in JSON (also inside JSON). */
function spellingsOf(bytes: Buffer): Spelling[] {
  const text = bytes.toString('latin1');
  // A code of six digits would be found in some number or hash.
  if (bytes.length < shortest) return [new RegExp(`(?<![0-9A-Za-z])${text}(?![0-9A-Za-z])`)];
  const inBase64 = [0, 1, 2].map((offset) => base64Inside(bytes, offset));
  const inJson = JSON.stringify(bytes.toString('utf8')).slice(1, -1);
  return [
    ...new Set([
      text,
      bytes.toString('hex'),
      ...inBase64,
      ...inBase64.map((one) => one.replaceAll('+', '-').replaceAll('/', '_')),
      encodeURIComponent(bytes.toString('utf8')),
      new URLSearchParams({ x: bytes.toString('utf8') }).toString().slice(2),
      inJson,
      JSON.stringify(inJson).slice(1, -1),
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    ]),
  ].filter((one) => one.length >= shortest);
}

/** The characters that only these bytes decide, when so many others stand before them. */
function base64Inside(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const isCut = (offset + bytes.length) % 3 !== 0;
  return encoded.slice(Math.ceil((offset * 8) / 6), isCut ? -1 : undefined);
}
