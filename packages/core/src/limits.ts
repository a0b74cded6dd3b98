/** Every bound of the core, with its reason. Bytes unless the name says otherwise. */

/** One value's text. A memory is a statement, not a file; this also lets one entry fit one gossip message. */
export const TEXT_BYTES_MAX = 64 * 1024

/** One entry's payload: a value at its largest, with its provenance and tags. */
export const PAYLOAD_BYTES_MAX = TEXT_BYTES_MAX + 16 * 1024

/** One entry's header: thirteen short fields; authority heads take the most, at 32 bytes each. */
export const HEADER_BYTES_MAX = 2 * 1024

/**
 * Nesting of arrays and maps in anything encoded. Far below where a decoder's stack ends, which differs from machine
 * to machine: what one node can read, every node can.
 */
export const DEPTH_MAX = 64

/** Operations in one change: a record has a dozen fields and some tags. Bounds the work one entry can cause. */
export const OPS_MAX = 256

/** Causal heads a change can name: one per node that wrote the record concurrently. */
export const DEPS_MAX = 512

/** Heads of the membership log an entry can name. */
export const AUTHORITY_HEADS_MAX = 16

/** Entries that one signature may cover. Bounds what is read before the first Ed25519 check. */
export const RUN_ENTRIES_MAX = 1024

/** The bytes of such a run: what a node holds in its hands before it knows who wrote it. */
export const RUN_BYTES_MAX = 1024 * 1024

/**
 * The headers that one signature may cover: more than any run of small entries has. A proof of two histories holds
 * those of two such runs, and has to fit one entry.
 */
export const RUN_HEADER_BYTES_MAX = 384 * 1024

/** The payload of a membership entry, for the sake of such proofs; all other payloads are within PAYLOAD_BYTES_MAX. */
export const FORK_BYTES_MAX = 2 * RUN_HEADER_BYTES_MAX + 16 * 1024

/** A name for a set element (a tag, a link). */
export const ELEMENT_BYTES_MAX = 1024

/** A record's key, and a name of a node, agent or scope part. */
export const NAME_BYTES_MAX = 256

/** How far ahead of our clock an entry may say it was written: machines without NTP drift by minutes. */
export const CLOCK_AHEAD_MS_MAX = 5 * 60_000

/**
 * Entries of one millisecond. Past it the clock counts on into the next one: an entry that claims a tick near the
 * largest number would otherwise leave no time after it.
 */
export const TICK_MAX = 0xffff_ffff

/** Open record documents: each about 10 to 50 KB of wasm memory. */
export const OPEN_DOCUMENTS_MAX = 512

/** Refused entries remembered for `moot doctor`; the oldest go first. */
export const QUARANTINE_MAX = 1000

/** How much one Yjs update may advance clocks: far above what can be typed in 64 KiB. */
export const BLOCK_CLOCK_ADVANCE_MAX = 1 << 20

/** Deleted ranges one Yjs update may name. */
export const BLOCK_DELETES_MAX = 1 << 14

/** Yjs clients that one update may write for: what an editor brings back from a long time offline, and no more. */
export const BLOCK_CLIENTS_MAX = 256

/** A block's text as a node may set it at once. One entry carries an edit of TEXT_BYTES_MAX; the rest grows by edits. */
export const BLOCK_TEXT_BYTES_MAX = 1024 * 1024

/** Logs that one revocation entry can cut; a longer list goes on in the author's next entry. 52 bytes each. */
export const CUTS_MAX = 1024

/** Readers that one entry can wrap a key for: 300 in one mesh, with room. About 116 bytes each. */
export const KEY_WRAPS_MAX = 512

/** A key and the name of its scope (at most five names long), wrapped: HPKE adds 48 bytes. Also a hidden pattern. */
export const WRAP_BYTES_MAX = NAME_BYTES_MAX * 5 + 128

/** Entries that one notice can name as forgotten; a record with more takes several. */
export const FORGOTTEN_MAX = 1024

/** Values that an erasure bars from being written again; older ones of a longer history are not. 32 bytes each. */
export const BARRED_PER_ERASURE_MAX = 64

/** Erasures that one receipt can cover. */
export const RECEIPTS_MAX = 1024

/** Grants that one invitation can carry. */
export const GRANTS_PER_INVITE_MAX = 64
