import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { english } from '../../../../renderer/words/english.ts';
import { englishLater } from '../../../../renderer/words/english-later.ts';
import { callsOfT, placeholders, type TextCall } from './source-texts.ts';

type Texts = { readonly [key: string]: string | Texts };

const flatten = (texts: Texts, prefix = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );

const catalogue = new Map([...flatten(english), ...flatten(englishLater)]);
const pluralEnd = /_(zero|one|two|few|many|other)$/;
/** Keys as the sources write them: without the plural form. */
const written = new Set([...catalogue.keys()].map((key) => key.replace(pluralEnd, '')));

const renderer = fileURLToPath(new URL('../../../../renderer/', import.meta.url));
const sources = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !/^(dev|words\/english)/.test(path))
  .map((path) => ({ path, text: readFileSync(join(renderer, path), 'utf8') }));

/** Keys are passed on and stored in tables: any literal that is a key, or a beginning and end of one, uses it. */
const literals = new Set(sources.flatMap(({ text }) => text.match(/(?<=')[a-zA-Z][\w.]*(?=')/g) ?? []));
const templates = sources.flatMap(({ text }) =>
  (text.match(/`[a-zA-Z][\w.]*\$\{[^`]*`/g) ?? []).map((template) => {
    const pattern = template.slice(1, -1).split(/\$\{[^}]*\}/);
    return new RegExp(`^${pattern.map((part) => part.replaceAll('.', '\\.')).join('[^.]+')}$`);
  }),
);
const isUsed = (key: string) => literals.has(key) || templates.some((template) => template.test(key));

const textCalls: (TextCall & { readonly path: string })[] = sources.flatMap(({ path, text }) =>
  callsOfT(text).map((call) => ({ ...call, path })),
);

/** What the window loads before it shows anything: by the imports that are no `import()`. */
function firstSources(): Set<string> {
  const found = new Set(['main.tsx']);
  for (const path of found) {
    const text = sources.find((one) => one.path === path)?.text ?? '';
    for (const [, from] of text.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?'(\.[^']+\.tsx?)';/gm)) {
      found.add(relative(renderer, resolve(renderer, path, '..', from ?? '')));
    }
  }
  return found;
}

describe('the texts of the window', () => {
  it('has calls to look at', () => {
    expect(textCalls.length).toBeGreaterThan(100);
  });

  it('are all used', () => {
    expect([...written].filter((key) => !isUsed(key))).toEqual([]);
  });

  it('exist wherever one is asked for', () => {
    const missing = textCalls.filter(({ key }) => !written.has(key)).map(({ path, key }) => `${path}: ${key}`);
    expect(missing).toEqual([]);
  });

  it('are there at first where they are asked for at first', () => {
    const first = firstSources();
    expect(first).toContain('features/browser/browser.tsx');
    expect(Object.keys(english).filter((group) => group in englishLater)).toEqual([]);
    const later = Object.keys(englishLater);
    const tooEarly = sources.flatMap(({ path, text }) =>
      first.has(path) ? later.filter((group) => text.includes(`t('${group}.`) || text.includes(`t(\`${group}.`)) : [],
    );
    expect(tooEarly).toEqual([]);
  });

  it('have both forms where they count', () => {
    const halves = [...catalogue.keys()].filter((key) => {
      const end = pluralEnd.exec(key)?.[0];
      if (end === undefined) return false;
      const other = end === '_one' ? '_other' : '_one';
      return !catalogue.has(key.replace(pluralEnd, other));
    });
    expect(halves).toEqual([]);
  });

  it('are never both counted and not', () => {
    const both = [...catalogue.keys()].filter((key) => catalogue.has(`${key}_other`));
    expect(both).toEqual([]);
  });

  it('get every value that they show', () => {
    const incomplete = textCalls.flatMap(({ path, key, values, isOpen }) => {
      const texts = [...catalogue].filter(([one]) => one.replace(pluralEnd, '') === key);
      const needed = new Set(texts.flatMap(([, text]) => [...placeholders(text)]));
      if (texts.some(([one]) => pluralEnd.test(one))) needed.add('count');
      const lacking = isOpen ? [] : [...needed].filter((name) => !values.has(name));
      return lacking.map((name) => `${path}: ${key} lacks ${name}`);
    });
    expect(incomplete).toEqual([]);
  });

  it('show every value that they get', () => {
    const useless = textCalls.flatMap(({ path, key, values }) => {
      const texts = [...catalogue].filter(([one]) => one.replace(pluralEnd, '') === key);
      const shown = new Set(texts.flatMap(([, text]) => [...placeholders(text)]));
      if (texts.some(([one]) => pluralEnd.test(one))) shown.add('count');
      return [...values].filter((name) => !shown.has(name)).map((name) => `${path}: ${key} does not show ${name}`);
    });
    expect(useless).toEqual([]);
  });
});
