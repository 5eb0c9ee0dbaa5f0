import { describe, expect, it } from 'vitest';
import { answerCall, type Host } from '../../../main/app/host-commands.ts';
import type { Engine } from '../../../main/engine-types.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';

/** An engine that answers with what it was asked. */
const asked: unknown[] = [];
const engine = {
  dispatch: async (name: string, input: unknown) => {
    asked.push([name, input]);
    return name === 'app.info' ? ok({ version: '1.0.0', host: 'web' }) : ok({ name });
  },
} as unknown as Engine;
const host: Host = {
  pick: async (input) => ok({ paths: [input.what] }),
  reveal: async ({ path }) => err(appError('FileNotFound', { path })),
};

describe('commands of the window', () => {
  it('go to the engine, except the dialogs', async () => {
    expect(await answerCall(engine, host, 'connections.list', {})).toEqual(ok({ name: 'connections.list' }));
    expect(asked).toEqual([['connections.list', {}]]);
    expect(await answerCall(engine, host, 'hostFiles.pick', { what: 'files', title: 'x' })).toEqual(
      ok({ paths: ['files'] }),
    );
    expect(await answerCall(engine, host, 'hostFiles.reveal', { path: '/a' })).toMatchObject({ ok: false });
    expect(asked).toHaveLength(1);
  });

  it('are parsed before a dialog opens', async () => {
    for (const input of [undefined, {}, { what: 'drive', title: 'x' }, { what: 'files' }]) {
      expect(await answerCall(engine, host, 'hostFiles.pick', input)).toMatchObject({
        error: { code: 'InvalidInput' },
      });
    }
    expect(await answerCall(engine, host, 'hostFiles.reveal', { path: 1 })).toMatchObject({
      error: { code: 'InvalidInput' },
    });
    expect(await answerCall(engine, host, { toString: () => 'app.info' }, {})).toMatchObject({
      error: { code: 'InvalidInput' },
    });
  });

  it('are told that this host is Electron, whoever holds the engine', async () => {
    expect(await answerCall(engine, host, 'app.info', {})).toEqual(ok({ version: '1.0.0', host: 'electron' }));
  });
});
