import type { CommandName, CommandOutput, CommandParsed } from '../../../shared/contract/commands.ts';
import type { AuditActor } from '../../../shared/domain/audit.ts';
import type { Result } from '../../../shared/result.ts';
import type { Handlers } from '../../ipc/router.ts';
import { type AuditEntry, endedBy } from './audit-line.ts';
import { type Describe, descriptions, type Told } from './describe-commands.ts';

export type RecorderDeps = {
  /** Answers at once; what cannot be written down is told elsewhere. */
  readonly note: (entry: AuditEntry) => void;
  /** Of a connection, saved or of the environment; null: it is not known. */
  readonly connectionName: (id: string) => string | null;
  readonly ruleName: (id: string) => string | null;
  /** Who asks where nothing else is known. */
  readonly asker: AuditActor;
  readonly onUnexpected: (where: string, thrown: unknown) => void;
};

type Handle = (input: unknown, asker?: AuditActor) => Promise<Result<unknown>>;

/** [A50] The same handlers; those that change something leave a line. What they answer, and when, is not touched. */
export function recordCommands(handlers: Handlers, deps: RecorderDeps): Handlers {
  const selections = createSelectionMemory();
  const recorded = Object.entries(handlers).map(([name, handle]) => [
    name,
    recordOne(name as CommandName, handle as Handle, deps, selections),
  ]);
  return Object.fromEntries(recorded) as Handlers;
}

function recordOne(
  name: CommandName,
  handle: Handle,
  deps: RecorderDeps,
  selections: ReturnType<typeof createSelectionMemory>,
): Handle {
  const described: Describe<never> | null = descriptions[name];
  if (described === null) {
    return async (input) => {
      const result = await handle(input);
      if (result.ok) selections.note(name, input, result.value);
      return result;
    };
  }
  /** A command does not fail because it cannot be described. */
  const safely = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (thrown) {
      deps.onUnexpected(`audit log of ${name}`, thrown);
      return otherwise;
    }
  };
  return async (input, asker) => {
    // Names as they are before: afterwards a connection or rule may be gone.
    const before: Told = safely(() => {
      const told = { ...selections.told(name, input), ...described.input?.(input as never) };
      return { ...told, ...subjectOf(told, deps) };
    }, {});
    const note = (after: () => Told): void =>
      safely(() => {
        const told = after();
        const {
          connectionId: _from,
          toConnectionId: _to,
          action = described.action,
          ...rest
        } = { ...before, ...told, ...subjectOf(told, deps) };
        deps.note({ actor: asker ?? deps.asker, action, outcome: 'done', ...rest });
      }, undefined);
    try {
      const result = await handle(input);
      note(() =>
        result.ok ? (described.output?.(result.value as never, input as never) ?? {}) : endedBy(result.error),
      );
      return result;
    } catch (thrown) {
      note(() => ({ outcome: 'failed', error: 'UnexpectedFailure' }));
      throw thrown;
    }
  };
}

/** Names of what is told by its id. Of two connections that are one only the first. */
function subjectOf({ ruleId, place, ...told }: Told, deps: RecorderDeps): Told {
  const connectionId = told.connectionId ?? told.toConnectionId;
  const toConnectionId = told.toConnectionId === connectionId ? undefined : told.toConnectionId;
  const named = (id: string) => ({ id, name: deps.connectionName(id) ?? id });
  const ruleName = ruleId === undefined || place !== undefined ? null : deps.ruleName(ruleId);
  return {
    ...(connectionId === undefined ? {} : { connection: named(connectionId) }),
    ...(toConnectionId === undefined ? {} : { toConnection: named(toConnectionId) }),
    ...(ruleName === null ? {} : { place: ruleName }),
  };
}

/** Listings and selections that are open at once: a few for each window. */
const remembered = 500;

/** What is held in a selection, told by the commands that made it. */
function createSelectionMemory() {
  const listings = new Map<string, Told>();
  const held = new Map<string, Told>();
  const keep = (map: Map<string, Told>, id: string, told: Told): void => {
    map.set(id, told);
    const [oldest] = map.keys();
    if (map.size > remembered && oldest !== undefined) map.delete(oldest);
  };
  return {
    note(name: CommandName, input: unknown, output: unknown): void {
      if (name === 'listing.open') {
        const asked = input as CommandParsed<'listing.open'>;
        const { listingId } = output as CommandOutput<'listing.open'>;
        if ('hostFolder' in asked) keep(listings, listingId, { place: asked.hostFolder });
        else {
          const { connectionId, bucket, prefix } = asked;
          keep(listings, listingId, { connectionId, place: bucket === undefined ? '' : `${bucket}/${prefix}` });
        }
      } else if (name === 'listing.close') listings.delete((input as CommandParsed<'listing.close'>).listingId);
      else if (name === 'selection.hold') {
        const { selectionId, names } = output as CommandOutput<'selection.hold'>;
        const { listingId } = input as CommandParsed<'selection.hold'>;
        const { place: folder = '', ...where } = listings.get(listingId) ?? {};
        const slash = folder === '' || folder.endsWith('/') ? '' : '/';
        const places = names.map((one) => `${folder}${slash}${one}`);
        keep(held, selectionId, { ...where, place: places[0] ?? folder, names: places });
      }
    },
    /** Told for what is done with a selection, also with one that has been released: a deletion may be taken back later. */
    told(name: CommandName, input: unknown): Told {
      if (!isOfSelection(name)) return {};
      const told = held.get((input as CommandParsed<typeof name>).selectionId) ?? {};
      const isUpload = name === 'selection.transfer' && told.connectionId === undefined && told.place !== undefined;
      return isUpload ? { ...told, action: 'upload' } : told;
    },
  };
}

const ofSelections = ['selection.delete', 'selection.undelete', 'selection.tag', 'selection.transfer'] as const;

function isOfSelection(name: CommandName): name is (typeof ofSelections)[number] {
  return (ofSelections as readonly CommandName[]).includes(name);
}
