import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareOrder, moveJob } from '../../../main/transfers/job-order.ts';
import { jobIdSchema } from '../../../shared/domain/ids.ts';
import { jobMoveSchema, jobPriorities } from '../../../shared/domain/transfer.ts';

const jobsArbitrary = fc
  .array(fc.record({ priority: fc.constantFrom(...jobPriorities), position: fc.integer({ min: -3, max: 6 }) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((all) => all.map((one, index) => ({ ...one, id: jobIdSchema.parse(`j${index}`) })));

describe('[T45] the order of jobs', () => {
  test('a move changes places with the neighbour of the same priority, or goes before all of them, and nothing else', () => {
    fc.assert(
      fc.property(jobsArbitrary, fc.nat(), fc.constantFrom(...jobMoveSchema.options), (jobs, which, to) => {
        const moved = jobs[which % jobs.length];
        if (!moved) return;
        const idsOf = (all: typeof jobs) =>
          all
            .toSorted(compareOrder)
            .filter(({ priority }) => priority === moved.priority)
            .map(({ id }) => id);
        const changes = moveJob(jobs, moved, to);
        const after = jobs.map((job) => ({ ...job, position: changes.get(job) ?? job.position }));
        const expected = idsOf(jobs);
        const from = expected.indexOf(moved.id);
        const at = to === 'first' ? 0 : Math.min(expected.length - 1, Math.max(0, from + (to === 'up' ? -1 : 1)));
        expected.splice(from, 1);
        expected.splice(at, 0, moved.id);
        expect(idsOf(after)).toEqual(expected);
        for (const job of changes.keys()) expect(job.priority).toBe(moved.priority);
      }),
    );
  });

  test('in a list without twins a step changes two places', () => {
    const jobs = [0, 4, 9].map((position, index) => ({
      id: jobIdSchema.parse(`j${index}`),
      priority: 'normal' as const,
      position,
    }));
    const [first, second, third] = jobs;
    if (!first || !second || !third) throw new Error('three');
    expect(moveJob(jobs, third, 'up')).toEqual(
      new Map([
        [third, 4],
        [second, 9],
      ]),
    );
    expect(moveJob(jobs, third, 'down').size).toBe(0);
    expect(moveJob(jobs, third, 'first')).toEqual(new Map([[third, -1]]));
    expect(moveJob(jobs, first, 'first').size).toBe(0);
  });
});
