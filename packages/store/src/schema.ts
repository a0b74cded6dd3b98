/** 'FMot' in ASCII: tells a memory from any other SQLite file, and `file` can learn it. */
export const APPLICATION_ID = 0x464d_6f74

/** Goes up with every change below. */
export const SCHEMA_VERSION = 2

/**
 *   logs ──< entries >── documents ──── rows ──── states     truth: logs, entries, documents, scopes, refusals, meta
 *                            │          │                    derived: rows, states, tags, words, unindexed
 *                            └──< tags  └── words (full text)
 *
 * `documents` gives every document id a number, so that only two indexes grow at random places, by id and by hash;
 * those have six bytes of each, which tells millions apart and fits three times as many on a page. The others grow
 * at their end. So a write costs much the same whatever is stored. `rows` has what is filtered by and `states` the
 * row itself: reading every digest leaves nine tenths of the bytes alone.
 */
export const SCHEMA = `
CREATE TABLE logs (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE) STRICT;

CREATE TABLE documents (number INTEGER PRIMARY KEY, id BLOB NOT NULL) STRICT;
CREATE INDEX documents_by_id ON documents (substr(id, 1, 6));

CREATE TABLE entries (
  arrival INTEGER PRIMARY KEY,
  log INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  document INTEGER,
  header BLOB NOT NULL,
  signature BLOB,
  payload BLOB,
  UNIQUE (log, seq)
) STRICT;
CREATE INDEX entries_by_hash ON entries (substr(hash, 1, 6));
CREATE INDEX entries_by_document ON entries (document) WHERE document IS NOT NULL;

/** What decides who may read a row: its scope, and as JSON its authors, contributors and resources. Rows share it. */
CREATE TABLE places (
  number INTEGER PRIMARY KEY,
  address TEXT NOT NULL,
  access TEXT NOT NULL,
  UNIQUE (address, access)
) STRICT;

CREATE TABLE rows (
  document INTEGER PRIMARY KEY,
  place INTEGER NOT NULL,
  type TEXT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT,
  conflict TEXT,
  updated_at INTEGER NOT NULL,
  expires_at REAL,
  /** 1 if the full-text index may still hold words of an earlier text. */
  rewritten INTEGER NOT NULL,
  digest BLOB NOT NULL
) STRICT;
CREATE INDEX rows_by_time ON rows (updated_at);
CREATE INDEX rows_by_place ON rows (place, updated_at);
CREATE INDEX rows_by_key ON rows (key) WHERE key IS NOT NULL;
CREATE INDEX rows_by_conflict ON rows (conflict, updated_at) WHERE conflict IS NOT NULL;

CREATE TABLE states (document INTEGER PRIMARY KEY, state TEXT NOT NULL) STRICT;

CREATE TABLE tags (tag TEXT NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (tag, document)) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE words USING fts5 (text, content = '', tokenize = 'unicode61 remove_diacritics 2');

/** What full-text search is behind by: the text it has, and the text it should have. */
CREATE TABLE unindexed (document INTEGER PRIMARY KEY, before TEXT NOT NULL, after TEXT NOT NULL) STRICT;

CREATE TABLE scopes (id BLOB PRIMARY KEY, address TEXT NOT NULL) STRICT, WITHOUT ROWID;

/** Digests of values that were erased and may not be written again. */
CREATE TABLE barred (digest BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE refusals (number INTEGER PRIMARY KEY, refusal TEXT NOT NULL) STRICT;

CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('syncs', 0);
`

/** What must be there for a file to be opened. */
export const TABLES = [
  'logs',
  'documents',
  'entries',
  'places',
  'rows',
  'states',
  'tags',
  'words',
  'unindexed',
  'scopes',
  'refusals',
  'barred',
  'meta',
] as const
