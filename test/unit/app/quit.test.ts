import { describe, expect, it } from 'vitest';
import { createQuit } from '../../../main/app/quit.ts';
import { describeQuit } from '../../../main/app/words.ts';

/** An app that is told to quit, with what has happened; `answer` is the person's. */
function world(transfers: number, changes = 0) {
  const said: string[] = [];
  let answer: (isMeant: boolean) => void = () => {};
  const quitApp = (): void => {
    const event = { isPrevented: false, preventDefault: () => void (event.isPrevented = true) };
    quit.beforeQuit(event);
    if (!event.isPrevented) said.push('gone');
  };
  const quit = createQuit({
    underWay: () => ({ transfers, changes }),
    ask: (underWay) => {
      said.push(`asked of ${underWay.transfers + underWay.changes}`);
      return new Promise((resolve) => (answer = resolve));
    },
    close: async () => void said.push('closed'),
    quit: quitApp,
    onRefused: () => void said.push('refused'),
  });
  const settled = async (): Promise<string[]> => {
    await new Promise((resolve) => setImmediate(resolve));
    return said.splice(0);
  };
  return { quitApp, unasked: () => quit.unasked(), answer: (isMeant: boolean) => answer(isMeant), settled };
}

describe('quitting', () => {
  it('closes the engine first, once', async () => {
    const { quitApp, settled } = world(0);
    quitApp();
    quitApp();
    expect(await settled()).toEqual(['closed', 'gone']);
  });

  it('asks while transfers run, and can be asked again when it was not meant', async () => {
    const { quitApp, answer, settled } = world(2);
    quitApp();
    quitApp();
    expect(await settled()).toEqual(['asked of 2']);
    answer(false);
    expect(await settled()).toEqual(['refused']);
    quitApp();
    answer(true);
    expect(await settled()).toEqual(['asked of 2', 'closed', 'gone']);
  });

  it('asks while objects are being deleted or changed, and says what becomes of that', async () => {
    const { quitApp, answer, settled } = world(0, 1);
    quitApp();
    expect(await settled()).toEqual(['asked of 1']);
    answer(false);
    expect(await settled()).toEqual(['refused']);
    const said = (transfers: number, changes: number) => {
      const { message, detail } = describeQuit({ transfers, changes });
      return [message, detail.includes('deletion'), detail.includes('go on from there')];
    };
    expect(said(0, 1)).toEqual(['Objects are still being changed', true, false]);
    expect(said(1, 0)).toEqual(['A transfer is still running', false, true]);
    expect(said(2, 1)).toEqual(['2 transfers are still running', true, true]);
  });

  it('asks nobody when the system shuts down, also while a question is open', async () => {
    const first = world(2);
    first.unasked();
    expect(await first.settled()).toEqual(['closed', 'gone']);
    const second = world(2);
    second.quitApp();
    second.unasked();
    expect(await second.settled()).toEqual(['asked of 2', 'closed', 'gone']);
    second.answer(false);
    expect(await second.settled()).toEqual([]);
  });
});
