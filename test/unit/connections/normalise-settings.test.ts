import { describe, expect, it } from 'vitest';
import { normaliseSettings } from '../../../main/connections/normalise-settings.ts';
import { permissionsPolicy, trustPolicy } from '../../../shared/domain/policies.ts';
import type { ConnectionSettings } from '../../../shared/domain/connection.ts';

const plain: ConnectionSettings = { name: 'n', pathStyle: false, downloadThreads: 1, uploadThreads: 4 };

describe('an endpoint', () => {
  it.each([
    ['https://minio.example:9000/', 'https://minio.example:9000'],
    ['https://Example.ORG/base//', 'https://example.org/base'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://[::1]:8080/', 'http://[::1]:8080'],
    ['https://s3.eu-central-1.amazonaws.com/', 'https://s3.eu-central-1.amazonaws.com'],
    ['https://s3.amazonaws.com', 'https://s3.amazonaws.com'],
    ['https://b.s3-website-us-east-1.amazonaws.com', 'https://b.s3-website-us-east-1.amazonaws.com'],
  ])('%s becomes %s', (typed, endpointUrl) => {
    expect(normaliseSettings({ ...plain, endpointUrl: typed })).toEqual({ ok: true, value: { ...plain, endpointUrl } });
  });

  it.each([
    ['https://my-bucket.s3.eu-central-1.amazonaws.com/', { restrictToBucket: 'my-bucket', region: 'eu-central-1' }],
    ['https://my.bucket.s3-eu-west-1.amazonaws.com', { restrictToBucket: 'my.bucket', region: 'eu-west-1' }],
    ['https://my-bucket.s3.amazonaws.com', { restrictToBucket: 'my-bucket' }],
    ['https://b.s3.cn-north-1.amazonaws.com.cn', { restrictToBucket: 'b', region: 'cn-north-1' }],
    [
      'https://b.s3.eu-west-1.amazonaws.com/a%20b/c/',
      { restrictToBucket: 'b', region: 'eu-west-1', restrictToPath: 'a b/c/' },
    ],
  ])('of a bucket at Amazon, %s, becomes bucket and region', (endpointUrl, found) => {
    expect(normaliseSettings({ ...plain, endpointUrl })).toEqual({ ok: true, value: { ...plain, ...found } });
  });

  it('of another bucket than the one typed is refused; a typed region and path stay', () => {
    const endpointUrl = 'https://b.s3.eu-west-1.amazonaws.com/pasted/';
    expect(normaliseSettings({ ...plain, endpointUrl, restrictToBucket: 'c' })).toMatchObject({
      ok: false,
      error: { code: 'InvalidInput', context: { field: 'endpointUrl' } },
    });
    const typed = { ...plain, restrictToBucket: 'b', region: 'eu-north-1', restrictToPath: 'typed' };
    expect(normaliseSettings({ ...typed, endpointUrl })).toEqual({ ok: true, value: typed });
  });

  it.each(['https://host:99999', 'http://host:0', 'http://[zz]'])('%s is refused', (endpointUrl) => {
    expect(normaliseSettings({ ...plain, endpointUrl })).toMatchObject({
      ok: false,
      error: { code: 'InvalidInput', context: { field: 'endpointUrl' } },
    });
  });
});

describe('a path', () => {
  it.each([
    ['/reports/', 'reports/'],
    ['//reports', 'reports'],
    ['one/object.txt', 'one/object.txt'],
    ['a//b/', 'a//b/'],
  ])('%s becomes %s', (typed, restrictToPath) => {
    const settings = { ...plain, restrictToBucket: 'b' };
    expect(normaliseSettings({ ...settings, restrictToPath: typed })).toEqual({
      ok: true,
      value: { ...settings, restrictToPath },
    });
  });

  it('of nothing but slashes is none; without a bucket, or too long, it is refused', () => {
    expect(normaliseSettings({ ...plain, restrictToPath: '//' })).toEqual({ ok: true, value: plain });
    const refused = { ok: false, error: { code: 'InvalidInput', context: { field: 'restrictToPath' } } };
    expect(normaliseSettings({ ...plain, restrictToPath: 'a' })).toMatchObject(refused);
    expect(normaliseSettings({ ...plain, restrictToBucket: 'b', restrictToPath: 'é'.repeat(600) })).toMatchObject(
      refused,
    );
  });
});

describe('the policies', () => {
  const read = (settings: Partial<ConnectionSettings>) =>
    JSON.parse(permissionsPolicy({ ...plain, ...settings })) as { Statement: Record<string, unknown>[] };

  it('of a folder of a bucket are those that are documented', () => {
    expect(read({ restrictToBucket: 'B', restrictToPath: 'p/' })).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'Connect', Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' },
        {
          Sid: 'Bucket',
          Effect: 'Allow',
          Action: ['s3:GetBucketLocation', 's3:GetBucketVersioning', 's3:ListBucketMultipartUploads'],
          Resource: 'arn:aws:s3:::B',
        },
        {
          Sid: 'List',
          Effect: 'Allow',
          Action: ['s3:ListBucket', 's3:ListBucketVersions'],
          Resource: 'arn:aws:s3:::B',
          Condition: { StringLike: { 's3:prefix': ['p', 'p/', 'p/*'] } },
        },
        {
          Sid: 'Objects',
          Effect: 'Allow',
          Action: [
            's3:GetObject',
            's3:GetObjectVersion',
            's3:PutObject',
            's3:DeleteObject',
            's3:AbortMultipartUpload',
            's3:ListMultipartUploadParts',
            's3:GetObjectTagging',
            's3:PutObjectTagging',
          ],
          Resource: 'arn:aws:s3:::B/p/*',
        },
      ],
    });
    expect(trustPolicy({ type: 'profile', profile: 'p' }, null)).toBeNull();
  });

  it('of a path that may be an object allow it and what is below it', () => {
    expect(read({ restrictToBucket: 'B', restrictToPath: 'p' }).Statement[3]?.['Resource']).toEqual([
      'arn:aws:s3:::B/p',
      'arn:aws:s3:::B/p/*',
    ]);
  });

  it('of a whole bucket, and of no restriction, have no condition', () => {
    const [, , list, objects] = read({ restrictToBucket: 'B' }).Statement;
    expect([list?.['Condition'], objects?.['Resource']]).toEqual([undefined, 'arn:aws:s3:::B/*']);
    expect(read({}).Statement.map((statement) => statement['Resource'])).toEqual([
      '*',
      'arn:aws:s3:::*',
      'arn:aws:s3:::*',
      'arn:aws:s3:::*/*',
    ]);
  });

  it('name the partition of the region', () => {
    expect(permissionsPolicy({ region: 'cn-north-1' })).toContain('arn:aws-cn:s3:::*');
    expect(permissionsPolicy({ region: 'us-gov-west-1' })).toContain('arn:aws-us-gov:s3:::*');
  });
});
