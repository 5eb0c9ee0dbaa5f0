import { useCallback, useEffect, useRef, useState } from 'react';
import type { CommandInput } from '../../../shared/contract/commands.ts';
import type { TestResult, TestStep } from '../../../shared/domain/connection-test.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { forgetTest, useConnectionsStore } from '../../stores/connections-store.ts';

type Target = CommandInput<'connections.test'>['target'];
const noSteps: readonly TestStep[] = [];

export type TestOptions = {
  /** What the MFA device shows. */
  readonly mfaCode?: string;
  /** Also writes, as the person agreed to, in that bucket where the connection names none. */
  readonly probe?: { readonly bucket: string };
};

/** Runs one connection test at a time; its steps arrive while it runs and are forgotten with the form. */
export function useConnectionTest() {
  const engine = useEngine();
  const [testId, setTestId] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<{ result: TestResult | null; error: AppError | null } | null>(null);
  /** Stays while it is tested again, so that nothing changes its look twice. */
  const [failed, setFailed] = useState(false);
  /** A code of an MFA device was asked for, and none that was given has served. */
  const [asksCode, setAsksCode] = useState(false);
  const newest = useRef<string | null>(null);
  const steps = useConnectionsStore((state) => (testId === null ? noSteps : (state.testSteps[testId] ?? noSteps)));

  const forget = useCallback(() => {
    const id = newest.current;
    newest.current = null;
    if (id !== null) useConnectionsStore.setState((state) => forgetTest(state, id));
  }, []);
  useEffect(() => forget, [forget]);

  const run = useCallback(
    async (target: Target, { mfaCode, probe }: TestOptions = {}) => {
      forget();
      const id = crypto.randomUUID();
      newest.current = id;
      setTestId(id);
      setOutcome(null);
      const answer = await engine.call('connections.test', {
        testId: id,
        target,
        ...(mfaCode === undefined ? {} : { mfaCode }),
        ...(probe === undefined ? {} : { writeProbe: true, probeBucket: probe.bucket }),
      });
      if (newest.current !== id) return;
      const error = answer.ok ? answer.value.error : answer.error;
      setAsksCode(error?.code === 'MfaNeeded' || error?.code === 'MfaRefused');
      setFailed(!answer.ok || !answer.value.ok);
      setOutcome(answer.ok ? { result: answer.value, error: null } : { result: null, error: answer.error });
    },
    [engine, forget],
  );
  /** What was tested is no longer what the form says. */
  const reset = useCallback(() => {
    forget();
    setTestId(null);
    setOutcome(null);
    setFailed(false);
    setAsksCode(false);
  }, [forget]);

  const running = testId !== null && outcome === null;
  return { started: testId !== null, running, failed, asksCode, steps, outcome, run, reset };
}
