import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mapDatabaseError } from '../../main/db/database-error.ts';
import { makeDataFolder } from '../../main/db/data-folder.ts';
import { migrations } from '../../main/db/migrations/index.ts';
import { applicationId, type Db, openDatabase, type OpenDatabaseOptions } from '../../main/db/open.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'brigade-db-'));
  path = join(folder, 'brigade.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function opened(options?: OpenDatabaseOptions): Db {
  const result = openDatabase(path, options);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function refused(options?: OpenDatabaseOptions) {
  const result = openDatabase(path, options);
  if (result.ok) {
    result.value.close();
    throw new Error('The database opened');
  }
  return result.error;
}

const one = { version: 1, name: '01', sql: 'CREATE TABLE a (x TEXT)' };
const two = { version: 2, name: '02', sql: 'CREATE TABLE b (y TEXT); INSERT INTO b SELECT x FROM a' };

describe('opening the database', () => {
  it('makes it, private, durable and with foreign keys enforced', () => {
    const db = opened();
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(db.pragma('busy_timeout', { simple: true })).toBe(5000);
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.at(-1)?.version);
    for (const name of readdirSync(folder))
      expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
    db.close();
  });

  it('numbers its migrations without a gap', () => {
    expect(migrations.map((m) => m.version)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('keeps what is in it, and migrates once', () => {
    const first = opened();
    first.prepare("INSERT INTO setting VALUES ('k', 'v')").run();
    first.close();
    const again = opened();
    expect(again.prepare('SELECT value FROM setting').pluck().all()).toEqual(['v']);
    again.close();
    expect(readdirSync(folder)).toEqual(['brigade.db']);
  });

  it('counts how the files of older jobs were verified', () => {
    const old = opened({ migrations: migrations.slice(0, 2) });
    const file = old.prepare(
      `INSERT INTO transfer_file (job_id, name, source, target, size_bytes, fingerprint, state, verification)
       VALUES ('j1', 'f', ?, ?, 1, '{}', ?, ?)`,
    );
    old
      .prepare(
        "INSERT INTO transfer_job (id, request, connection_name, state, created_ms) VALUES ('j1', '{}', 'c', 'done', 1)",
      )
      .run();
    for (const [name, state, verification] of [
      ['a', 'done', 'checksum'],
      ['b', 'done', 'checksum'],
      ['c', 'done', 'md5'],
      // A move whose source is still to be deleted.
      ['d', 'queued', 'size'],
    ])
      file.run(name, name, state, verification);
    old.close();
    const present = opened();
    expect(
      present.prepare('SELECT verified_checksum, verified_md5, verified_size FROM transfer_job').raw().all(),
    ).toEqual([[2, 1, 0]]);
    present.close();
  });

  it('puts a copy of an older file aside, then migrates it', () => {
    const old = opened({ migrations: [one] });
    old.prepare("INSERT INTO a VALUES ('kept')").run();
    old.close();
    writeFileSync(`${path}.before-migration-from-1.unfinished`, 'cut off by a crash');

    const present = opened({ migrations: [one, two] });
    expect(present.prepare('SELECT y FROM b').pluck().all()).toEqual(['kept']);
    present.close();
    const copy = new Database(`${path}.before-migration-from-1`, { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(1);
    expect(copy.prepare('SELECT x FROM a').pluck().all()).toEqual(['kept']);
    copy.close();
    expect(statSync(`${path}.before-migration-from-1`).mode & 0o077).toBe(0);
    expect(existsSync(`${path}.before-migration-from-1.unfinished`)).toBe(false);
  });

  it('undoes a migration that fails, whole', () => {
    opened({ migrations: [one] }).close();
    const broken = { version: 2, name: '02', sql: 'CREATE TABLE b (y TEXT); INSERT INTO nowhere VALUES (1)' };
    expect(() => openDatabase(path, { migrations: [one, broken] })).toThrow('nowhere');
    const db = opened({ migrations: [one] });
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'b'").all()).toEqual([]);
    db.close();
  });

  it('refuses a migration that leaves references to nothing', () => {
    const first = { ...one, sql: 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p)' };
    const second = { ...two, sql: 'INSERT INTO c VALUES (7)' };
    opened({ migrations: [first] }).close();
    expect(() => openDatabase(path, { migrations: [first, second] })).toThrow('1 broken references');
  });

  it('says DiskFull when there is no room, and stays at the version it had', () => {
    opened({ migrations: [one] }).close();
    const big = {
      ...two,
      sql: 'PRAGMA max_page_count = 4; CREATE TABLE b (y BLOB); INSERT INTO b VALUES (zeroblob(100000))',
    };
    expect(refused({ migrations: [one, big] })).toMatchObject({ code: 'DiskFull', context: { path } });
    opened({ migrations: [one] }).close();
  });
});

describe('a file that must not be touched', () => {
  it('is of a newer version: DatabaseNewer', () => {
    opened({ migrations: [one, two] }).close();
    const before = readFileSync(path);
    expect(refused({ migrations: [one] })).toMatchObject({
      code: 'DatabaseNewer',
      context: { path, version: 2, latest: 1 },
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('is not a database: DatabaseCorrupt', () => {
    writeFileSync(path, 'Once upon a time there was a file that was not a database at all. '.repeat(40));
    const before = readFileSync(path);
    expect(refused()).toMatchObject({ code: 'DatabaseCorrupt', context: { path } });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 4096 * 5)],
    [
      'with bytes overwritten',
      (bytes: Buffer) => {
        bytes.fill(0x5a, 4096 * 3, 4096 * 6);
        return bytes;
      },
    ],
  ])('is %s: DatabaseCorrupt', (_, damage) => {
    const db = opened({ migrations: [one] });
    const insert = db.prepare('INSERT INTO a VALUES (?)');
    for (let row = 0; row < 400; row += 1) insert.run(`row ${row} `.repeat(20));
    db.close();
    const damaged = Buffer.from(damage(readFileSync(path)));
    writeFileSync(path, damaged);
    expect(refused({ migrations: [one, two] })).toMatchObject({ code: 'DatabaseCorrupt', context: { path } });
    expect(readFileSync(path).equals(damaged)).toBe(true);
  });

  it('is broken and still has a write-ahead log: neither changes', () => {
    const db = opened({ migrations: [one] });
    const insert = db.prepare('INSERT INTO a VALUES (?)');
    for (let row = 0; row < 400; row += 1) insert.run(`row ${row} `.repeat(20));
    db.pragma('wal_checkpoint(TRUNCATE)');
    insert.run('only in the log');
    const log = readFileSync(`${path}-wal`);
    const damaged = readFileSync(path).fill(0x5a, 4096 * 3, 4096 * 6);
    db.close();
    writeFileSync(path, damaged);
    writeFileSync(`${path}-wal`, log);
    expect(refused({ migrations: [one] }).code).toBe('DatabaseCorrupt');
    expect(readFileSync(path).equals(damaged)).toBe(true);
    expect(readFileSync(`${path}-wal`).equals(log)).toBe(true);
  });

  it('is gone while its write-ahead log is not: DatabaseCorrupt', () => {
    writeFileSync(`${path}-wal`, 'frames');
    expect(refused().code).toBe('DatabaseCorrupt');
    expect(readdirSync(folder)).toEqual(['brigade.db-wal']);
  });

  it("is another program's database: DatabaseCorrupt", () => {
    const other = new Database(path);
    other.exec('CREATE TABLE theirs (x)');
    other.close();
    expect(refused()).toMatchObject({ code: 'DatabaseCorrupt', cause: 'This is a database of another program.' });
  });

  it('is held by somebody else: DatabaseLocked', () => {
    opened().close();
    const other = new Database(path);
    other.pragma('locking_mode = EXCLUSIVE');
    other.exec('BEGIN EXCLUSIVE');
    expect(refused({ busyTimeoutMs: 20 })).toMatchObject({ code: 'DatabaseLocked', context: { path } });
    other.close();
    opened().close();
  });
});

describe('a folder that cannot be used', () => {
  it('is missing, or is a file', () => {
    path = join(folder, 'not-there', 'brigade.db');
    expect(refused().code).toBe('FileNotFound');
    writeFileSync(join(folder, 'file'), '');
    path = join(folder, 'file', 'brigade.db');
    expect(refused().code).toBe('NotADirectory');
  });

  it('holds a folder of that name', () => {
    mkdirSync(path);
    expect(refused().code).toBe('IsADirectory');
  });

  it('may not be written: LocalAccessDenied', () => {
    chmodSync(folder, 0o755);
    expect(asSomebodyElse(() => refused())).toMatchObject({ code: 'LocalAccessDenied', context: { path } });
    opened().close();
    chmodSync(path, 0o644);
    const before = readFileSync(path);
    expect(asSomebodyElse(() => refused())).toMatchObject({ code: 'LocalAccessDenied', context: { path } });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('is on a read-only file system: ReadOnlyFileSystem', () => {
    const readOnly = Object.assign(new Error('EROFS'), { code: 'EROFS' });
    expect(mapDatabaseError(readOnly, path).code).toBe('ReadOnlyFileSystem');
  });

  it('is made for this user only', () => {
    const deep = join(folder, 'a', 'b');
    expect(makeDataFolder(deep).ok).toBe(true);
    expect(makeDataFolder(deep).ok).toBe(true);
    expect(statSync(deep).mode & 0o777).toBe(0o700);
    writeFileSync(join(folder, 'file'), '');
    expect(makeDataFolder(join(folder, 'file'))).toMatchObject({ ok: false, error: { code: 'NotADirectory' } });
  });
});

it('throws what is a bug', () => {
  expect(() => mapDatabaseError(new Error('no such table'), path)).toThrow('no such table');
  expect(applicationId.toString(16)).toBe('42427231');
});

/** Root may write everywhere: there the work is done as another user; anybody else gives up the right to write. */
function asSomebodyElse<T>(work: () => T): T {
  const asRoot = process.geteuid?.() === 0;
  if (asRoot) process.seteuid?.(65_534);
  else chmodSync(folder, 0o500);
  try {
    return work();
  } finally {
    if (asRoot) process.seteuid?.(0);
    else chmodSync(folder, 0o700);
  }
}
