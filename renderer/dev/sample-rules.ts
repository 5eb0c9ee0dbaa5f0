import { type RuleView, ruleViewSchema } from '../../shared/domain/rule.ts';
import { appError } from '../../shared/errors.ts';

const day = 86_400_000;

const runs = { waiting: 0, running: 0, failed: 0, done: 0, skipped: 0 };
const base = {
  connection: 'Finance archive',
  connectionId: 'conn-1',
  enabled: true,
  state: 'on',
  runs,
  lastLookMs: null,
  nextMs: null,
  lastRunMs: null,
};
const rule = (id: string, name: string, more: object): RuleView =>
  ruleViewSchema.parse({ ...base, id, name, createdMs: Date.now() - 30 * day, ...more });

const inbox = { type: 'newObject', bucket: 'finance-eu', prefix: 'in/', match: ['*.pdf'] };
const filing = [
  { type: 'download', folder: '/home/kim/Invoices 2026' },
  { type: 'move', bucket: 'finance-eu', prefix: 'done/' },
];
const cost = { listRequestsPerMonth: 87_600, objects: 1730, sharedWith: ['rule-2'] };
const worked = () => ({
  runs: { ...runs, done: 1204, skipped: 12 },
  lastLookMs: Date.now() - 20_000,
  nextMs: Date.now() + 40_000,
  lastRunMs: Date.now() - 3_600_000,
});

const invoices = (more: object = {}) =>
  rule('rule-1', 'Invoices in', { trigger: inbox, actions: filing, cost, ...worked(), ...more });

const others = (): RuleView[] => [
  rule('rule-2', 'Scans out', {
    trigger: { type: 'folder', folder: '/home/kim/Scans', ignore: ['*.part'] },
    actions: [{ type: 'upload', bucket: 'finance-eu', prefix: 'scans/{date:yyyy}/' }],
    runs: { ...runs, done: 310, running: 2, waiting: 5 },
    lastRunMs: Date.now() - 60_000,
  }),
  rule('rule-3', 'Documents, every night', {
    trigger: { type: 'schedule', cron: '0 2 * * *' },
    actions: [{ type: 'upload', bucket: 'finance-eu', prefix: 'backup/', source: { folder: '/home/kim/Documents' } }],
    runs: { ...runs, done: 30, failed: 1 },
    lastRunMs: Date.now() - 8 * 3_600_000,
    nextMs: Date.now() + 16 * 3_600_000,
  }),
  rule('rule-4', 'Tell me about payroll', {
    connection: 'Payroll',
    connectionId: 'conn-4',
    trigger: { type: 'newObject', bucket: 'payroll', prefix: '', recursive: false },
    conditions: { minSizeBytes: 1_000_000 },
    actions: [{ type: 'notify', message: '{name} is there, {size} bytes' }],
    problem: appError('ExpiredToken', { connectionId: 'conn-4' }),
    lastLookMs: Date.now() - day,
  }),
  rule('rule-5', 'Website, published by hand after the meeting on Mondays and whenever else somebody asks for it', {
    enabled: false,
    state: 'off',
    trigger: { type: 'manual' },
    actions: [
      { type: 'upload', bucket: 'website-assets', prefix: 'public/', source: { folder: '/home/kim/Website' } },
      {
        type: 'presign',
        expiresInSeconds: 86_400,
        to: 'clipboard',
        source: { bucket: 'website-assets', key: 'public/index.html' },
      },
    ],
    runs: { ...runs, done: 4 },
    lastRunMs: Date.now() - 4 * day,
  }),
];

const stopped = () =>
  invoices({
    state: 'stopped',
    stoppedBy: appError('AccessDenied', {
      bucket: 'finance-eu',
      permission: 's3:DeleteObject',
      requestId: '4F2A9C',
      key: 'in/invoice-00012.pdf',
    }),
    runs: { ...runs, done: 1204, failed: 10, waiting: 37 },
  });

/** The rules of a scene; none where it is about something else. */
export function sampleRules(scene: string): { readonly rules: RuleView[]; readonly allPaused: boolean } {
  const few = () => [invoices(), ...others()];
  switch (scene) {
    case 'rules':
    case 'rules-empty-history':
    case 'rules-slow':
    case 'rules-test-failed':
    case 'rules-test-none':
      return { rules: few(), allPaused: false };
    case 'rules-failed':
      return { rules: [invoices({ runs: { ...runs, done: 1204, failed: 14 } }), ...others()], allPaused: false };
    case 'rules-stopped':
      return { rules: [stopped(), ...others()], allPaused: false };
    case 'rules-paused':
      return { rules: few(), allPaused: true };
    case 'rules-huge':
      return {
        rules: [
          invoices({
            name: `Invoices ${'of every subsidiary '.repeat(4)}`,
            trigger: {
              ...inbox,
              prefix: 'a very long folder name/'.repeat(8),
              match: Array.from({ length: 9 }, (_, at) => `*-${at}-final.pdf`),
            },
            runs: { ...runs, done: 99_000, failed: 1000 },
          }),
          ...Array.from({ length: 499 }, (_, index) =>
            rule(`rule-${index + 2}`, `Rule ${String(index + 2).padStart(3, '0')}`, {
              trigger: inbox,
              actions: filing,
              ...(index % 90 === 80
                ? { state: 'stopped', stoppedBy: appError('AccessDenied', { bucket: 'finance-eu' }) }
                : worked()),
            }),
          ),
        ],
        allPaused: false,
      };
    default:
      return { rules: [], allPaused: false };
  }
}
