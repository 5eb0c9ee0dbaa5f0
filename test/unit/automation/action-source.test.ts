import { expect, test } from 'vitest';
import { planTransfer, type TransferAction } from '../../../main/automation/runner/plan-transfer.ts';
import { bringsMany, nameOfSource } from '../../../shared/domain/action-source.ts';
import { asFolder } from '../../../shared/domain/inside-path.ts';
import { type Action, actionSchema } from '../../../shared/domain/rule-action.ts';
import { must } from '../../fakes/test-connection.ts';

const object = { bucket: 'box', key: 'in/a.pdf' };

test.each<[object, string | null]>([
  [{ type: 'upload', bucket: 'box', prefix: 'out', source: { file: '/scans/page.tif' } }, 'page.tif'],
  [{ type: 'upload', bucket: 'box', prefix: 'out/', source: { file: String.raw`C:\scans\page.tif` } }, 'page.tif'],
  [{ type: 'copy', bucket: 'box', prefix: 'out', source: object }, 'a.pdf'],
  [{ type: 'move', bucket: 'box', prefix: 'out', source: { bucket: 'box', prefix: 'in' } }, null],
  [{ type: 'upload', bucket: 'box', prefix: 'out', source: { folder: '/scans' } }, null],
])('what the form shows of %j is what the engine does', (given, name) => {
  const action: Action = actionSchema.parse(given);
  const run = { attempts: 0, event: { type: 'manual' }, subject: { object: null, file: null, link: null } };
  const rule = { trigger: { type: 'manual' }, connectionId: 'conn-1' };
  const context = { rule, values: { path: null }, pathRules: {}, connectionId: 'conn-1' };
  const planned = must(planTransfer(action as TransferAction, run as never, context as never));
  expect(planned.isTree).toBe(bringsMany(action));
  expect(nameOfSource(action) ?? null).toBe(name);
  expect(planned.target).toBe(`${asFolder('out')}${name ?? ''}`);
});

test('without a source of its own an action takes one thing, whose path its trigger knows', () => {
  for (const action of [{ type: 'delete' }, { type: 'download', folder: '/x' }, { type: 'notify', message: 'x' }]) {
    expect(bringsMany(actionSchema.parse(action))).toBe(false);
    expect(nameOfSource(actionSchema.parse(action))).toBeUndefined();
  }
  expect(['', 'done', 'done/'].map(asFolder)).toEqual(['', 'done/', 'done/']);
});
