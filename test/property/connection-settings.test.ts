import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameKeyOf } from '../../main/connections/connection-record.ts';
import { normaliseSettings } from '../../main/connections/normalise-settings.ts';
import { permissionsPolicy } from '../../shared/domain/policies.ts';
import { type ConnectionSettings, connectionSettingsSchema } from '../../shared/domain/connection.ts';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const host = fc.oneof(
  label,
  fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.')),
);
const endpointUrl = fc
  .tuple(
    fc.constantFrom('http', 'https'),
    host,
    fc.constantFrom('', ':1', ':9000', ':65535', ':443', ':80'),
    fc.constantFrom('', '/', '/base', '/base/path/', '//'),
  )
  .map(([scheme, name, port, path]) => `${scheme}://${name}${port}${path}`);
const path = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('/', '//a/', 'a//b', '../x', 'a/', '/a'),
);
const settings: fc.Arbitrary<ConnectionSettings> = fc
  .record(
    {
      name: fc.constant('n'),
      restrictToBucket: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{2,20}$/),
      restrictToPath: path,
      region: fc.constantFrom('eu-central-1', 'default'),
      endpointUrl,
      pathStyle: fc.boolean(),
      downloadThreads: fc.integer({ min: 1, max: 64 }),
      uploadThreads: fc.integer({ min: 1, max: 64 }),
    },
    { requiredKeys: ['name', 'pathStyle', 'downloadThreads', 'uploadThreads'] },
  )
  .filter((value) => connectionSettingsSchema.safeParse(value).success);

describe('normalising the settings of a connection', () => {
  it('gives valid settings or names a field, and does nothing the second time', () => {
    fc.assert(
      fc.property(settings, (typed) => {
        const once = normaliseSettings(typed);
        const fields = once.ok ? [] : [once.error.context['field']];
        expect(['endpointUrl', 'restrictToPath']).toEqual(expect.arrayContaining(fields));
        const value = once.ok ? once.value : plain;
        expect(connectionSettingsSchema.parse(value)).toEqual(value);
        expect(normaliseSettings(value)).toEqual({ ok: true, value });
      }),
    );
  });

  it('cuts leading slashes of a path and nothing else', () => {
    fc.assert(
      fc.property(path, (typed) => {
        const result = normaliseSettings({ ...plain, restrictToBucket: 'b', restrictToPath: typed });
        expect(result.ok).toBe(true);
        const kept = (result.ok && result.value.restrictToPath) || '';
        expect(kept.startsWith('/')).toBe(false);
        expect(typed).toBe('/'.repeat(typed.length - kept.length) + kept);
      }),
    );
  });
});

const plain: ConnectionSettings = { name: 'n', pathStyle: false, downloadThreads: 1, uploadThreads: 4 };

describe('the policy of a restriction', () => {
  it('allows the objects below the path, whatever characters are in it, and no others', () => {
    const key = fc.string({
      unit: fc.constantFrom('a', 'b', '/', '*', '?', '$', '{', '}', 'é'),
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        key.filter((text) => !text.startsWith('/')),
        key,
        (restrictToPath, other) => {
          const policy = JSON.parse(permissionsPolicy({ restrictToBucket: 'bkt', restrictToPath })) as {
            Statement: { Sid: string; Resource: string | string[] }[];
          };
          const resource = policy.Statement.find(({ Sid }) => Sid === 'Objects')?.Resource ?? [];
          const allowed = (name: string) =>
            [resource].flat().some((arn) => iamMatches(arn, `arn:aws:s3:::bkt/${name}`));
          const folder = restrictToPath.endsWith('/') ? restrictToPath : `${restrictToPath}/`;
          expect(allowed(`${folder}${other}`)).toBe(true);
          expect(allowed(restrictToPath)).toBe(true);
          expect(allowed(other)).toBe(other === restrictToPath || other.startsWith(folder));
        },
      ),
    );
  });
});

describe('the key that makes a name unique', () => {
  it('is the same whatever the case and the spelling of accents', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const key = nameKeyOf(name);
        expect(nameKeyOf(name.toLowerCase())).toBe(key);
        expect(nameKeyOf(name.normalize('NFD'))).toBe(key);
        expect(nameKeyOf(key)).toBe(key);
      }),
    );
  });
});

/** How IAM reads a resource: `*` any text, `?` one character, `${*}` and its like the character itself. */
function iamMatches(pattern: string, text: string): boolean {
  const parts = pattern.split(/(\$\{[*?$]\}|[*?])/).map((part) => {
    if (part === '*') return '[\\s\\S]*';
    if (part === '?') return '[\\s\\S]';
    const literal = /^\$\{([*?$])\}$/.exec(part)?.[1] ?? part;
    return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`).test(text);
}
