import { serialize } from 'node:v8';
import { beforeEach, describe, expect, test } from 'vitest';
import { liveJob } from '../../main/transfers/live-job.ts';
import { ask } from '../../main/transfers/open-questions.ts';
import type { JobRecord } from '../../main/transfers/journal.ts';
import type { FileId, JobId } from '../../shared/domain/ids.ts';
import type { ConflictQuestion } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';
import { holdAnswer } from '../fakes/held-answer.ts';
import { otherConnectionId } from '../fakes/transfer-world.ts';
import { begin, bucket, codes, file, put, settle, start, text, world } from '../fakes/world-steps.ts';
import { must } from '../fakes/test-connection.ts';

beforeEach(() => begin());

const names = ['a', 'b', 'c'];
const view = (job: JobId) => world.service.list().find((each) => each.id === job);
const answer = (job: JobId, question: ConflictQuestion, how: 'skip' | 'overwrite', all = false) =>
  world.service.answer(job, question.fileId, how, all);
async function untilAsked(job: JobId, openQuestions: number): Promise<ConflictQuestion> {
  await expect.poll(() => view(job)?.question?.openQuestions).toBe(openQuestions);
  return view(job)?.question as ConflictQuestion;
}

test('[T20] a million questions take no more memory than one', () => {
  const job = liveJob({} as JobRecord);
  const side = (where: string) => ({ where, sizeBytes: 4096, modifiedMs: 1 });
  const put = (index: number) =>
    ask(job, {
      fileId: index as FileId,
      name: `f${index}`,
      source: side(`/d/f${index}`),
      target: side(`box/f${index}`),
    });
  put(1);
  const heldBytes = serialize(job.questions).length;
  for (let index = 2; index <= 1000; index += 1) put(index);
  expect(job.questions).toMatchObject({ count: 1000, shown: { fileId: 1 } });
  expect(serialize(job.questions).length).toBeLessThan(heldBytes + 8);
});

describe('[T20] a question that comes after another is put as it was asked', () => {
  const kinds = {
    upload: {
      items: [{ folder: '/d', prefix: 'x/' }],
      source: (name: string) => `/d/${name}`,
      target: (name: string) => `box/x/${name}`,
    },
    download: {
      items: [{ prefix: 'x/', folder: '/d' }],
      source: (name: string) => `box/x/${name}`,
      target: (name: string) => `/d/${name}`,
    },
    copy: {
      items: [{ prefix: 'x/', toPrefix: 'y/' }],
      source: (name: string) => `box/x/${name}`,
      target: (name: string) => `box/y/${name}`,
    },
  };
  for (const [kind, { items, source, target }] of Object.entries(kinds))
    test(`of a ${kind}`, async () => {
      for (const [index, name] of names.entries()) {
        file(`/d/${name}`, 'local'.repeat(index + 1));
        await put(`x/${name}`, 'object'.repeat(index + 1));
        await put(`y/${name}`, 'copied'.repeat(index + 1));
      }
      const asked = new Map<string, unknown>();
      const job = await start(kind, items, {
        conflict: 'ask',
        ...(kind === 'copy' ? { toBucket: bucket, removeSource: false } : {}),
      });
      await untilAsked(job, 3);
      for (let left = 3; left > 0; left -= 1) {
        const question = await untilAsked(job, left);
        asked.set(question.name, question);
        must(await answer(job, question, 'skip'));
      }
      await world.until(job, 'done');
      expect([...asked.keys()].sort()).toEqual(names);
      for (const [index, name] of names.entries()) {
        const isLocal = (path: string) => path.startsWith('/');
        const length = (path: string) => (isLocal(path) ? 5 : 6) * (index + 1);
        expect(asked.get(name)).toMatchObject({
          source: { where: source(name), sizeBytes: length(source(name)), modifiedMs: expect.any(Number) },
          target: { where: target(name), sizeBytes: length(target(name)), modifiedMs: expect.any(Number) },
        });
      }
    });

  test('of a copy between connections', async () => {
    must(await world.other.createBucket('there'));
    for (const name of names) {
      await put(`x/${name}`, 'object');
      must(await world.other.putSmall('there', `y/${name}`, Buffer.from('other'), {}));
    }
    const more = { conflict: 'ask', toBucket: 'there', toConnectionId: otherConnectionId, removeSource: false };
    const job = await start('copy', [{ prefix: 'x/', toPrefix: 'y/' }], more);
    const first = await untilAsked(job, 3);
    must(await answer(job, first, 'skip'));
    const { name, source, target } = await untilAsked(job, 2);
    expect(name).not.toBe(first.name);
    expect([source.where, target.where]).toEqual([`box/x/${name}`, `there/y/${name}`]);
    expect(world.service.conflictSides(job, first.fileId)).toBeNull();
  });
});

describe('an answer', () => {
  async function ask(): Promise<{ job: JobId; question: ConflictQuestion }> {
    for (const name of names) {
      file(`/d/${name}`, 'new');
      await put(name, 'old');
    }
    const job = await start('upload', [{ folder: '/d', prefix: '' }], { conflict: 'ask' });
    return { job, question: await untilAsked(job, 3) };
  }

  /** A file more, about which nothing is asked, and which is being sent until it is released. */
  function sendAnother() {
    const held = holdAnswer();
    file('/d/z', 'another');
    world.on.transport = {
      async send(...args) {
        if (args[0].key === 'z') await held.wait();
        return world.transport.send(...args);
      },
    };
    return held;
  }

  test('given twice counts once', async () => {
    const { job, question } = await ask();
    await Promise.all([answer(job, question, 'overwrite'), answer(job, question, 'skip')]);
    await untilAsked(job, 2);
    await expect.poll(() => world.body(bucket, question.name)).toBe('new');
  });

  test('that cannot be saved leaves the question open', async () => {
    const { job, question } = await ask();
    world.on.journal = { updateFile: async () => err(appError('DiskFull')) };
    expect(await answer(job, question, 'overwrite')).toMatchObject({ error: { code: 'DiskFull' } });
    world.on.journal = {};
    const still = await untilAsked(job, 3);
    must(await answer(job, still, 'overwrite', true));
    await world.until(job, 'done');
    expect(codes(job)).toEqual(['done', 'done', 'done']);
  });

  test('[T23] for all that is saved in part goes on with the rest when it is given again', async () => {
    const { job, question } = await ask();
    world.on.journal = {
      async updateFiles(id, states, patch) {
        const [first] = world.journal.filesAfter(id, states, -1, 1);
        await world.journal.updateFile(first?.id as FileId, patch);
        return err(appError('DiskFull'));
      },
    };
    expect(await answer(job, question, 'overwrite', true)).toMatchObject({ error: { code: 'DiskFull' } });
    world.on.journal = {};
    must(await answer(job, await untilAsked(job, 2), 'overwrite', true));
    await world.until(job, 'done');
    expect(codes(job)).toEqual(['done', 'done', 'done']);
  });

  test('[T60] for all whose saving fails at its end does not let the job be done without what it put back', async () => {
    const held = sendAnother();
    const { job, question } = await ask();
    world.on.journal = {
      async updateFiles(...args) {
        await world.journal.updateFiles(...args);
        return err(appError('DiskFull'));
      },
    };
    expect(await answer(job, question, 'overwrite', true)).toMatchObject({ error: { code: 'DiskFull' } });
    world.on.journal = {};
    held.release();
    await world.until(job, 'done');
    expect(codes(job)).toEqual(['done', 'done', 'done', 'done']);
  });

  test('[T23] for all that takes its time to be saved does not let the job be done without it', async () => {
    const held = sendAnother();
    const saving = holdAnswer();
    world.on.store = {
      async putSmall(...args) {
        if (args[1] === 'z') await held.wait();
        return world.store.putSmall(...args);
      },
    };
    const { job, question } = await ask();
    world.on.journal = {
      async updateFiles(...args) {
        await saving.wait();
        return world.journal.updateFiles(...args);
      },
    };
    const answering = answer(job, question, 'overwrite', true);
    // The run comes to its end meanwhile.
    held.release();
    await expect.poll(() => world.body(bucket, 'z')).toBe('another');
    await expect.poll(() => codes(job).filter((code) => code === 'done')).toEqual(['done']);
    await settle();
    expect(view(job)?.state).toBe('waiting');
    saving.release();
    must(await answering);
    await world.until(job, 'done');
    expect(codes(job)).toEqual(['done', 'done', 'done', 'done']);
    expect(names.map((name) => world.body(bucket, name))).toEqual(['new', 'new', 'new']);
    expect(text('/d/a')).toBe('new');
  });
});
