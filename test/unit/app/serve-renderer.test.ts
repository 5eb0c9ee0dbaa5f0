import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOwnUrl, isSafeExternalUrl, isSamePage } from '../../../main/app/app-url.ts';
import { serveRenderer } from '../../../main/app/serve-renderer.ts';
import { startFailurePage } from '../../../main/app/start-failure-page.ts';
import { describeStartFailure } from '../../../main/app/words.ts';
import { appError } from '../../../shared/errors.ts';

const own = 'app://bucket-brigade';
let root = '';
let rendererDir = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'serve-renderer-'));
  rendererDir = join(root, 'renderer');
  mkdirSync(join(rendererDir, 'assets'), { recursive: true });
  writeFileSync(join(rendererDir, 'index.html'), '<!doctype html>');
  writeFileSync(join(rendererDir, 'assets', 'main.js'), 'export {};');
  writeFileSync(join(rendererDir, 'assets', 'main.js.map'), '{}');
  writeFileSync(join(root, 'secret.json'), '{}');
  mkdirSync(join(root, 'renderer-other'));
  writeFileSync(join(root, 'renderer-other', 'page.html'), 'x');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const get = (url: string, method = 'GET') => serveRenderer({ url, method }, rendererDir);

describe('the renderer on app://', () => {
  it('serves what was built, typed and under the content policy', async () => {
    const index = await get(`${own}/`);
    expect(index.status).toBe(200);
    expect(index.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const script = await get(`${own}/assets/main.js?v=1#top`);
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect(await script.text()).toBe('export {};');
    for (const answer of [index, script]) {
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it.each([
    ['/..%2fsecret.json', 403],
    ['/assets/..%2f..%2fsecret.json', 403],
    ['/%2e%2e/secret.json', 404],
    ['/..%2frenderer-other/page.html', 403],
    ['/..%5csecret.json', 403],
    ['/C:%2fWindows%2fwin.ini', 403],
    ['/index.html%00.js', 403],
    ['/%e0%a4%a', 403],
    ['//secret.json', 404],
    ['/assets', 404],
    ['/assets/main.js.map', 404],
    ['/missing.js', 404],
    ['/__proto__', 404],
  ])('refuses %s', async (path, status) => {
    const answer = await get(`${own}${path}`);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('refuses other methods and other origins', async () => {
    expect((await get(`${own}/index.html`, 'POST')).status).toBe(405);
    expect((await get('app://elsewhere/index.html')).status).toBe(403);
    expect((await get('app://user@bucket-brigade/index.html')).status).toBe(403);
  });
});

describe('addresses', () => {
  it.each([
    ['app://bucket-brigade/index.html', true],
    ['app://bucket-brigade.evil/index.html', false],
    ['app://evil@bucket-brigade/', false],
    ['https://bucket-brigade/', false],
    ['about:blank', false],
    ['', false],
  ])('%s is ours: %s', (url, expected) => expect(isOwnUrl(url)).toBe(expected));

  it.each([
    ['https://docs.example.com/', true],
    ['http://example.com/', false],
    ['file:///etc/passwd', false],
    ['javascript:alert(1)', false],
    ['not an address', false],
  ])('%s may go to the browser: %s', (url, expected) => expect(isSafeExternalUrl(url)).toBe(expected));
});

it('only the page itself may be loaded again', () => {
  const index = 'app://bucket-brigade/index.html';
  expect(isSamePage(`${index}#/x`, index)).toBe(true);
  expect(isSamePage('app://bucket-brigade/other.html', index)).toBe(false);
  expect(isSamePage('about:blank', 'about:blank')).toBe(false);
});

describe('the page of a failed start', () => {
  it('says what happened, what to do and where, and escapes all of it', () => {
    const words = describeStartFailure(
      appError('DatabaseCorrupt', { path: '/d/<b>' }, 'file is not a database'),
      '/d/<i>',
    );
    const html = startFailurePage(words);
    expect(words.whatHappened).not.toBe('');
    expect(words.whatToDo).not.toBe('');
    expect(html).toContain('file is not a database');
    expect(html).toContain('/d/&#60;i&#62;');
    expect(html).not.toContain('<i>');
    expect(html).not.toContain('<b>');
    expect(html).not.toContain('<script');
  });
});
