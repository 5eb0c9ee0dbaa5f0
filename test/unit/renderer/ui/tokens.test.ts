import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../../../renderer/ui/tokens.css', import.meta.url), 'utf8');
const highContrast = css.slice(css.indexOf('@media (prefers-contrast: more)'));

type Rgb = readonly [number, number, number];
type Theme = 'light' | 'dark';

const rgbOf = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;

function token(name: string, theme: Theme, source: string): Rgb {
  const found = new RegExp(`--${name}: (?:light-dark\\((#\\w{6}), (#\\w{6})\\)|(#\\w{6}));`).exec(source);
  const value = found?.[3] ?? found?.[theme === 'light' ? 1 : 2];
  if (value !== undefined) return rgbOf(value);
  if (source !== css) return token(name, theme, css);
  throw new Error(`no colour --${name}`);
}

/** By WCAG 2: 1 to 21. */
function contrast(a: Rgb, b: Rgb): number {
  const luminance = (rgb: Rgb) => {
    const [red = 0, green = 0, blue = 0] = rgb.map((byte) => {
      const part = byte / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const surfaces = ['surface', 'surface-side', 'surface-raised'];
const washes = ['accent-wash', 'good-wash', 'warn-wash', 'bad-wash'];
const texts: (readonly [string, readonly string[]])[] = [
  ['ink', [...surfaces, ...washes]],
  ['ink-soft', [...surfaces, ...washes]],
  ['accent', [...surfaces, 'accent-wash']],
  ['good', [...surfaces, 'good-wash']],
  ['warn', [...surfaces, 'warn-wash']],
  ['bad', [...surfaces, 'bad-wash']],
  [
    'on-accent',
    ['accent-fill', 'accent-fill-hover', 'accent-fill-press', 'bad-fill', 'bad-fill-hover', 'bad-fill-press'],
  ],
];

describe.each(['light', 'dark'] as const)('the colours in %s', (theme) => {
  it.each(texts.flatMap(([ink, grounds]) => grounds.map((ground) => [ink, ground] as const)))(
    'let %s be read on %s',
    (ink, ground) => {
      expect(contrast(token(ink, theme, css), token(ground, theme, css))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(surfaces.flatMap((ground) => ['line-control', 'focus'].map((edge) => [edge, ground] as const)))(
    'show %s on %s',
    (edge, ground) => {
      expect(contrast(token(edge, theme, css), token(ground, theme, css))).toBeGreaterThanOrEqual(3);
    },
  );

  it.each(
    surfaces.flatMap((ground) =>
      ['ink', 'ink-soft', 'accent', 'good', 'warn', 'bad'].map((ink) => [ink, ground] as const),
    ),
  )('make %s stronger on %s where more contrast is asked for', (ink, ground) => {
    expect(contrast(token(ink, theme, highContrast), token(ground, theme, css))).toBeGreaterThanOrEqual(7);
  });
});

/** Those that Base UI sets where it places what opens. */
const ofBaseUi = ['--available-width', '--available-height', '--anchor-width'];

it('every custom property that a style uses is set somewhere: a declaration with one that is not means nothing', () => {
  const renderer = new URL('../../../../renderer/', import.meta.url).pathname;
  const read = (pattern: string) => globSync(`${renderer}${pattern}`).map((file) => readFileSync(file, 'utf8'));
  const styles = read('**/*.css').join('\n');
  const set = new Set([
    ...ofBaseUi,
    ...Array.from(styles.matchAll(/(--[\w-]+)\s*:/g), ([, name]) => name),
    ...Array.from(
      read('**/*.tsx')
        .join('\n')
        .matchAll(/'(--[\w-]+)'/g),
      ([, name]) => name,
    ),
  ]);
  const used = Array.from(styles.matchAll(/var\((--[\w-]+)/g), ([, name]) => name);
  expect(used.length).toBeGreaterThan(300);
  expect(used.filter((name) => !set.has(name))).toEqual([]);
});
