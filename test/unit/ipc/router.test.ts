import { describe, expect, test, vi } from 'vitest';
import { createRedactor } from '../../../main/credentials/redact.ts';
import { createRouter, type Handlers } from '../../../main/ipc/router.ts';
import { commands } from '../../../shared/contract/commands.ts';
import { appError, AppErrorException } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';

function setup(handlers: Partial<Handlers>, checkOutput = true) {
  const onUnexpected = vi.fn<(name: string, thrown: unknown) => void>();
  return { dispatch: createRouter(handlers as Handlers, { onUnexpected, checkOutput }), onUnexpected };
}

const key = { type: 'accessKey', accessKeyId: 'AKIA', secretAccessKey: 'the-secret' };

describe('the router', () => {
  test('gives the handler the parsed input, defaults filled in', async () => {
    const handler = vi.fn<Handlers['connections.useEnvironment']>(async () => ok({ connectionId: 'env-1' as never }));
    const { dispatch } = setup({ 'connections.useEnvironment': handler });
    expect(await dispatch('connections.useEnvironment', { accessKeyId: 'a' })).toEqual(ok({ connectionId: 'env-1' }));
    expect(handler).toHaveBeenCalledWith({ accessKeyId: 'a', verifyTls: true });
  });

  test('refuses unknown commands, inherited names too', async () => {
    const { dispatch } = setup({});
    for (const name of ['nope', '', 'toString', '__proto__', 'constructor']) {
      expect(await dispatch(name, {})).toMatchObject({ ok: false, error: { code: 'InvalidInput' } });
    }
  });

  test.each([
    ['connections.add', { connection: { name: '', auth: key } }, 'connection.name'],
    ['connections.add', { connection: { name: 'a', auth: { type: 'magic' } } }, 'connection.auth.type'],
    ['connections.add', { connection: { name: 'a', auth: key, endpointUrl: 'ftp://x' } }, 'connection.endpointUrl'],
    ['connections.add', { connection: { name: 'a', auth: key, uploadThreads: 65 } }, 'connection.uploadThreads'],
    ['connections.add', { connection: { name: 'a', auth: key, restrictToPath: 'p' } }, 'connection.restrictToPath'],
    ['objects.stat', { connectionId: 'c', bucket: 'a/b', key: 'k' }, 'bucket'],
    ['objects.stat', { connectionId: 'c', bucket: 'b', key: '' }, 'key'],
    ['objects.presign', { connectionId: 'c', bucket: 'b', key: 'k', expiresInSeconds: 604_801 }, 'expiresInSeconds'],
    ['listing.rows', { listingId: 'l', from: -1, count: 10 }, 'from'],
    ['listing.rows', null, 'listingId'],
    ['listing.rows', 'text', 'input'],
  ])('%s with bad input names the field', async (name, input, field) => {
    const { dispatch } = setup({});
    const result = await dispatch(name, input);
    expect(result).toMatchObject({ ok: false, error: { code: 'InvalidInput', context: { field } } });
    expect(JSON.stringify(result)).not.toContain('the-secret');
  });

  test('an expected failure passes through, thrown or returned', async () => {
    const { dispatch, onUnexpected } = setup({
      'connections.list': async () => err(appError('DatabaseLocked')),
      'transfers.list': async () => {
        throw new AppErrorException(appError('VaultLocked'));
      },
    });
    expect(await dispatch('connections.list', {})).toMatchObject({ error: { code: 'DatabaseLocked' } });
    expect(await dispatch('transfers.list', {})).toMatchObject({ error: { code: 'VaultLocked' } });
    expect(onUnexpected).not.toHaveBeenCalled();
  });

  test('a bug is told to the log and answered with UnexpectedFailure', async () => {
    const bug = new TypeError('x is undefined');
    const { dispatch, onUnexpected } = setup({ 'connections.list': () => Promise.reject(bug) });
    expect(await dispatch('connections.list', {})).toMatchObject({ error: { code: 'UnexpectedFailure' } });
    expect(onUnexpected).toHaveBeenCalledWith('connections.list', bug);
  });

  test('what a bug says has no secret of its input in it', async () => {
    const handlers: Partial<Handlers> = {
      'connections.add': ({ connection }) =>
        Promise.reject(new Error(`bug: ${JSON.stringify(Object.values(connection.auth))}`)),
    };
    const redactor = createRedactor();
    const dispatch = createRouter(handlers as Handlers, { onUnexpected: () => undefined, redactor });
    const result = await dispatch('connections.add', { connection: { name: 'n', auth: key } });
    expect(result).toMatchObject({
      error: { code: 'UnexpectedFailure', cause: expect.stringContaining('[redacted]') },
    });
    expect(JSON.stringify(result)).not.toContain('the-secret');
  });

  test('in tests an answer that does not fit the contract is a bug', async () => {
    const handlers = { 'buckets.location': async () => ok({ region: 7 }) } as unknown as Partial<Handlers>;
    const input = { connectionId: 'c', bucket: 'b' };
    expect(await setup(handlers).dispatch('buckets.location', input)).toMatchObject({ ok: false });
    expect(await setup(handlers, false).dispatch('buckets.location', input)).toMatchObject({ ok: true });
  });

  test('an edited connection under test keeps its draft', () => {
    const auth = { type: 'accessKey', accessKeyId: 'AKIA' };
    const target = { connectionId: 'c', draft: { name: 'n', auth } };
    const parsed = commands['connections.test'].input.parse({ testId: 't', target });
    expect(parsed.target).toMatchObject({ connectionId: 'c', draft: { name: 'n' } });
  });
});
