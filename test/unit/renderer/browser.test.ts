import { createInstance } from 'i18next';
import { describe, expect, test } from 'vitest';
import { foldCrumbs } from '../../../renderer/ui/crumbs/fold-crumbs.ts';
import { planDrop } from '../../../renderer/features/browser/drop-sentence.ts';
import { duplicateRequest } from '../../../renderer/features/browser/duplicate.ts';
import { problemOfName, type Renamable, renameRequest, stemLength } from '../../../renderer/features/browser/rename.ts';
import { refusalOf } from '../../../renderer/features/browser/transfer-target.ts';
import { readAddress } from '../../../renderer/stores/address.ts';
import { goBack, goTo, goToRow, initialBrowser, rememberPlace } from '../../../renderer/stores/browser-store.ts';
import type { Drag } from '../../../renderer/stores/drag-store.ts';
import type { BucketPlace } from '../../../renderer/stores/place.ts';
import { english } from '../../../renderer/words/english.ts';
import { connectionViewSchema } from '../../../shared/domain/connection.ts';
import { connectionIdSchema } from '../../../shared/domain/ids.ts';
import { transferRequestSchema } from '../../../shared/domain/transfer.ts';
import type { Format } from '../../../renderer/words/use-format.ts';

const connectionId = connectionIdSchema.parse('conn-1');
const connection = (more: object) =>
  connectionViewSchema.parse({
    id: 'conn-1',
    name: 'n',
    kind: 'server',
    auth: { type: 'profile', profile: 'p' },
    status: { state: 'ready' },
    ...more,
  });
const place = (prefix: string, bucket = 'b'): BucketPlace => ({ connectionId, bucket, prefix });
const object = (name: string): Renamable => ({
  type: 'object',
  name,
  key: `in/${name}`,
  sizeBytes: 1,
  modifiedMs: null,
  etag: null,
  storageClass: null,
});
const folder = (name: string): Renamable => ({ type: 'folder', name, prefix: `in/${name}/` });

describe('addresses', () => {
  const free = connection({});
  const own = connection({ endpointUrl: 'https://s3.example.com:9000/store' });
  const to = (text: string, from = free) => {
    const answer = readAddress(text, from);
    if (!answer.ok) return answer.reason;
    const { place: at, object: named } = answer;
    return named ? `${at.bucket} ${named.place.prefix} > ${named.name}` : `${at.bucket} ${at.prefix}`;
  };

  test('of buckets, folders and objects lead there', () => {
    expect(to(' s3:// ')).toBe('null ');
    expect(to('s3://bucket')).toBe('bucket ');
    expect(to('s3://bucket/a//b/')).toBe('bucket a//b/');
    expect(to('s3://bucket/a//b')).toBe('bucket a// > b');
    expect(to('arn:aws:s3:::bucket/in/a b.pdf')).toBe('bucket in/ > a b.pdf');
    expect(to('bucket/a')).toBe('invalid');
    expect(to('s3://buck et/a')).toBe('invalid');
  });

  test('over HTTPS are read in both styles, and only those of Amazon or the own server', () => {
    expect(to('https://my.bucket.s3.eu-central-1.amazonaws.com/in/a%20b.pdf?X-Amz-Signature=1')).toBe(
      'my.bucket in/ > a b.pdf',
    );
    expect(to('https://bucket.s3.amazonaws.com/')).toBe('bucket ');
    expect(to('https://bucket.s3.dualstack.eu-west-1.amazonaws.com/in/')).toBe('bucket in/');
    expect(to('https://s3.eu-central-1.amazonaws.com/bucket/in/x')).toBe('bucket in/ > x');
    expect(to('https://s3-us-west-2.amazonaws.com/bucket/')).toBe('bucket ');
    expect(to('https://s3.example.com:9000/store/bucket/in/x', own)).toBe('bucket in/ > x');
    expect(to('https://bucket.s3.example.com:9000/in/x', own)).toBe('bucket in/ > x');
    expect(to('https://s3.example.com:9000/elsewhere/bucket/', own)).toBe('invalid');
    expect(to('https://example.org/bucket/x')).toBe('invalid');
    expect(to('https://bucket.s3.amazonaws.com.evil.example/x')).toBe('invalid');
    expect(to('https://bucket.s3.amazonaws.com/%zz')).toBe('invalid');
  });

  test('of the AWS console lead to the folder or the object they show', () => {
    const page = 'https://eu-central-1.console.aws.amazon.com/s3';
    expect(to(`${page}/buckets/bu?region=eu-central-1&prefix=x/y/&showversions=false`)).toBe('bu x/y/');
    expect(to(`${page}/buckets/bu?prefix=x/y`)).toBe('bu x/y/');
    expect(to(`${page}/object/bu?region=eu-central-1&prefix=x/a+b%2Bc.pdf`)).toBe('bu x/ > a b+c.pdf');
    expect(to('https://s3.console.aws.amazon.com/s3/object/bu/x/y.pdf')).toBe('bu x/ > y.pdf');
    expect(to(`${page}/home`)).toBe('null ');
    expect(to('https://console.aws.amazon.com/ec2/home')).toBe('invalid');
  });

  test('never lead out of a restriction', () => {
    const restricted = connection({ restrictToBucket: 'bucket', restrictToPath: 'team' });
    expect(to('s3://bucket/team/x/', restricted)).toBe('bucket team/x/');
    expect(to('s3://bucket/team', restricted)).toBe('bucket team/');
    expect(to('s3://bucket/teamwork/', restricted)).toBe('outside');
    expect(to('s3://other/', restricted)).toBe('outside');
    expect(to('s3://bucket/team/../x/', restricted)).toBe('outside');
    expect(to('s3://bucket/team/%2e%2e/x/', restricted)).toBe('outside');
    expect(to('s3://', restricted)).toBe('outside');
  });
});

describe('the way there', () => {
  test('going up selects where one came from, an address what it names', () => {
    const at = goTo(initialBrowser, place('a/b/c/'));
    expect(goTo(at, place('a/')).arrival).toEqual({ type: 'new', select: 'b' });
    expect(goTo(at, { connectionId, bucket: null, prefix: '' }).arrival).toEqual({ type: 'new', select: 'b' });
    expect(goTo(at, place('x/')).arrival).toEqual({ type: 'new', select: null });
    expect(goTo(at, place('a/', 'other')).arrival).toEqual({ type: 'new', select: null });
    expect(goToRow(at, place('x/'), 'y.pdf').arrival).toEqual({ type: 'new', select: 'y.pdf' });
    expect(goToRow(at, place('a/b/c/'), 'y.pdf')).toMatchObject({ place: place('a/b/c/'), back: [] });
  });

  test('going back brings the place as it was left, and keeps a limited number', () => {
    const memory = { filter: 'f', lastRow: 40, active: 'x', selected: ['x', 'y'] };
    const left = rememberPlace(goTo(goTo(initialBrowser, place('a/')), place('b/')), place('a/'), memory);
    expect(goBack(left)).toMatchObject({ place: place('a/'), arrival: { type: 'again', memory } });
    const many = Array.from({ length: 300 }, (_, index) => place(`${index}/`)).reduce(
      (state, one) => rememberPlace(state, one, memory),
      left,
    );
    expect(Object.keys(many.memories)).toHaveLength(100);
    expect(goBack(many).arrival).toEqual({ type: 'again', memory: null });
  });

  test('crumbs in the middle fold when not all fit, the first when the last would be cut off; the last stays', () => {
    const widths = [100, 50, 50, 50, 100];
    expect(foldCrumbs(widths, 500, 10, 30)).toEqual({ from: 0, to: 0 });
    expect(foldCrumbs(widths, 380, 10, 30)).toEqual({ from: 1, to: 2 });
    expect(foldCrumbs(widths, 300, 10, 30)).toEqual({ from: 1, to: 4 });
    expect(foldCrumbs(widths, 170, 10, 30)).toEqual({ from: 0, to: 4 });
    expect(foldCrumbs(widths, 10, 10, 30)).toEqual({ from: 0, to: 4 });
    // Two: the first may be cut off, as long as the last is not.
    expect(foldCrumbs([400, 60], 100, 10, 30)).toEqual({ from: 1, to: 1 });
    expect(foldCrumbs([400, 400], 100, 10, 30)).toEqual({ from: 0, to: 1 });
    expect(foldCrumbs([400], 100, 10, 30)).toEqual({ from: 0, to: 0 });
  });
});

describe('names', () => {
  test('that cannot be are refused', () => {
    const at = place('in/');
    expect(problemOfName(at, object('a'), '')).toBe('empty');
    expect(problemOfName(at, object('a'), 'x/y')).toBe('slash');
    expect(problemOfName(at, object('a'), 'é'.repeat(511))).toBe('tooLong');
    expect(problemOfName(at, object('a'), 'é'.repeat(510))).toBeNull();
  });

  test('a rename moves one object, or a folder with all below it, and replaces nothing', () => {
    const requests = [renameRequest(place('in/'), object('a'), 'b'), renameRequest(place('in/'), folder('d'), 'e')];
    expect(requests.map((request) => transferRequestSchema.parse(request))).toMatchObject([
      { kind: 'copy', removeSource: true, conflict: 'fail', items: [{ key: 'in/a', toKey: 'in/b' }] },
      { kind: 'copy', removeSource: true, conflict: 'fail', items: [{ prefix: 'in/d/', toPrefix: 'in/e/' }] },
    ]);
  });

  test('the ending of an object is not selected at first', () => {
    expect([object('a.tar.gz'), object('.profile'), object('none'), folder('v1.2')].map(stemLength)).toEqual([
      5, 8, 4, 4,
    ]);
  });

  test('duplicates take the first free name beside the original', async () => {
    const taken = new Set(['a (2).txt', 'a (3).txt', 'd.x (2)']);
    const rows = [object('a.txt'), object('none'), folder('d.x')];
    const request = await duplicateRequest(place('in/'), rows, async (name) => taken.has(name));
    expect(transferRequestSchema.parse(request)).toMatchObject({
      removeSource: false,
      conflict: 'keep-both',
      items: [
        { key: 'in/a.txt', toKey: 'in/a (4).txt' },
        { key: 'in/none', toKey: 'in/none (2)' },
        { prefix: 'in/d.x/', toPrefix: 'in/d.x (3)/' },
      ],
    });
  });
});

describe('what a drop or paste would do', () => {
  const summary = { items: 12, folders: 0, bytes: 3.4e9 };
  const files: Drag = { source: { type: 'files', folder: '/home' }, summary, names: [] };
  const rows = (names: readonly string[], folders: number): Drag => ({
    source: { type: 'objects', place: place('in/') },
    summary: { items: names.length, folders, bytes: 5 },
    names,
  });

  test('is refused where it makes no sense', () => {
    expect(refusalOf(rows(['a'], 0), { connectionId, bucket: null, prefix: '' }, false)).toBe('noBucket');
    expect(refusalOf(rows(['a'], 0), place('in/'), false)).toBe('samePlace');
    expect(refusalOf(rows(['a'], 0), place('in/'), true)).toBeNull();
    expect(refusalOf(rows(['d'], 1), place('in/d/'), false)).toBe('intoItself');
    expect(refusalOf(rows(['d'], 1), place('in/d/deep/'), false)).toBe('intoItself');
    expect(refusalOf(rows(['d'], 0), place('in/d/'), false)).toBeNull();
    expect(refusalOf(rows(['e'], 1), place('in/d/'), false)).toBeNull();
    expect(refusalOf(rows(['d'], 1), place('in/d/', 'other'), false)).toBeNull();
    expect(refusalOf(files, place(''), false)).toBeNull();
  });

  test('is said in a sentence', async () => {
    const words = createInstance();
    await words.init({ lng: 'en', defaultNS: 'window', resources: { en: { window: english } } });
    const format = { bytes: (bytes: number) => `${bytes / 1e9} GB` } as Format;
    const say = (over: Parameters<typeof planDrop>[0], target = place('in/2026/'), keep = false) =>
      planDrop(over, target, { keep, t: words.t, format });
    expect(say({ type: 'rows', drag: files, move: false })).toEqual({
      sentence: 'Upload 12 files, 3.4 GB, to b/in/2026/',
      effect: 'copy',
    });
    expect(say({ type: 'desktop', count: 3 }).sentence).toBe('Upload 3 items to b/in/2026/');
    expect(say({ type: 'rows', drag: rows(['a'], 0), move: true })).toEqual({
      sentence: 'Move 1 item to b/in/2026/',
      effect: 'move',
    });
    expect(say({ type: 'rows', drag: rows(['d'], 1), move: false }, place('in/d/')).effect).toBeNull();
    const kept = { sentence: 'Keep in step from now on: b/in/2026/', effect: 'copy', keeps: true };
    expect(say({ type: 'desktop', count: 1 }, place('in/2026/'), true)).toEqual(kept);
    expect(say({ type: 'rows', drag: files, move: false }, place('in/2026/'), true)).toEqual(kept);
    // Objects have nothing to be kept in step with on this computer.
    expect(say({ type: 'rows', drag: rows(['a'], 0), move: true }, place('in/2026/'), true).effect).toBe('move');
  });
});
