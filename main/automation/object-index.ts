import type { ChangeType } from '../../shared/domain/rule-trigger.ts';
import type { Result } from '../../shared/result.ts';

/** Some of the keys of a bucket or folder: all that begin with the prefix, or those of them without a further `/`. */
export type Cover = { readonly prefix: string; readonly recursive: boolean };

/** What a rule is about: the keys of its cover that pass its patterns ([A30]). */
export type RuleKeys = Cover & {
  readonly match: readonly string[];
  readonly ignore: readonly string[];
  /** Lines as in a `.gitignore`. */
  readonly ignoreText?: string | undefined;
};

/** An object or file as it was seen. */
export type SeenObject = {
  /** Of a file: its path below the folder, with `/`. */
  readonly key: string;
  readonly sizeBytes: number;
  /** As listed, with its quotes. Of a file: its inode. Null where the server gives none. */
  readonly etag: string | null;
  /** ISO 8601, as listed. */
  readonly lastModified: string | null;
  readonly storageClass: string | null;
};

/** A row of a look at a folder: a file that is still being written stays what the index has of it ([A11]). */
export type LookedRow = SeenObject & { readonly unsettled?: true };

/**
 * What a rule's beginning or a backfill takes out of the next whole look, once: everything in `cover` that was modified in
 * this time (by the server's clock, both ends included; null: always) is staged as created, for whoever knows the mark. From
 * then on the index tells what happens in the cover: a rule that looks elsewhere needs a mark of another id.
 */
export type Mark = {
  readonly id: string;
  readonly cover: Cover;
  readonly fromMs: number | null;
  readonly toMs: number | null;
};

export type StagedChange = SeenObject & {
  /** Ascending, never used twice in the life of an index. */
  readonly id: number;
  /** The look that saw it. */
  readonly pass: number;
  /** Of what was removed the rest is what was there before. */
  readonly type: ChangeType;
  /**
   * Only for this mark; null: for everybody whose own look came before this pass ([A4]). Those are staged only where the cover
   * of a mark that an earlier pass served has the key: of any other key nobody can tell whether it is new, or want to know. So
   * what a look sees for the first time is no change, and one change and a mark may tell of the same key in one pass.
   */
  readonly mark: string | null;
  /** Of an update: what was there when it was looked at before. */
  readonly was?: Pick<SeenObject, 'etag' | 'lastModified'> | undefined;
};

export type LookRequest = {
  readonly cover: Cover;
  /** Those the index has had already are left out, and those whose cover is not within the look's. */
  readonly marks: readonly Mark[];
  /**
   * Where it is, such as a server's address. When it is not where the index was looked at first, the look fails with
   * SourceChanged and changes nothing: what is missing there has not been removed.
   */
  readonly lookedAt?: string | undefined;
};

export type LookSummary = {
  readonly pass: number;
  /** What the index has in the cover; of an update the number of its keys. */
  readonly objects: number;
  /** Staged by this look. */
  readonly changes: number;
};

/**
 * The memory of what a bucket or folder looked like ([A1]-[A3], [A8], [A9]). Of one index one call goes on at a
 * time; further ones wait for it. Failures are those of the database and of whoever lists. After DatabaseCorrupt the index is
 * lost: close it, and open the file again for a new one.
 */
export interface ObjectIndex {
  /** Random, made with the index: another one after it was lost. */
  readonly indexId: string;
  /**
   * Compares a whole listing of the cover with what the index has of it, and commits the new state with its changes once
   * `rows` ends without a failure. Keys in UTF-8 byte order, each once; a listing in another order works too, dearer.
   */
  look(request: LookRequest, rows: AsyncIterable<Result<readonly LookedRow[]>>): Promise<Result<LookSummary>>;
  /** The same of a listing as lines of JSON, as ObjectStore.listAll gives it; the bytes are the caller's afterwards. */
  lookAtLines(request: LookRequest, lines: AsyncIterable<Result<Uint8Array>>): Promise<Result<LookSummary>>;
  /** Single keys, as they are now; null: gone. */
  update(keys: readonly { readonly key: string; readonly now: SeenObject | null }[]): Promise<Result<LookSummary>>;
  /** How many of these keys there are, as it was seen last. */
  count(keys: RuleKeys): Promise<Result<number>>;
  /** Staged changes with ids above `afterId`, ascending. */
  staged(afterId: number, limit: number): Promise<Result<readonly StagedChange[]>>;
  /** All rules have journaled what is staged up to this id. Idempotent. */
  forget(throughId: number): Promise<Result<void>>;
  /** The pass that served each mark; marks that were not served yet are left out. */
  servedMarks(): Promise<Result<ReadonlyMap<string, number>>>;
  /** Forgets marks of rules that are gone: their covers are told of no more. Idempotent. */
  dropMarks(ids: readonly string[]): Promise<Result<void>>;
  /** A look under way fails with Cancelled. Idempotent. */
  close(): Promise<void>;
}

/** Opens indexes in a thread of their own. */
export interface ObjectIndexes {
  /**
   * Makes it when it is not there, or is unreadable (then the old file is put aside). `filePath`: absolute; one that is open
   * already is DatabaseLocked.
   */
  open(filePath: string): Promise<Result<ObjectIndex>>;
  /** Deletes the files of an index that was closed. Idempotent. */
  remove(filePath: string): Promise<Result<void>>;
  close(): Promise<void>;
}
