/** Bounds of the block door, with their reasons. Bytes unless the name says otherwise. */

/** One message: the whole state of a large block, which an editor sends when it comes back. */
export const MESSAGE_BYTES_MAX = 8 * 1024 * 1024

/** What may wait for a client that does not read; then it is cut off, and comes back when it can. */
export const UNSENT_BYTES_MAX = 32 * 1024 * 1024

/** Editors at once: a person has a few tabs open, and each costs a socket. */
export const EDITORS_MAX = 64

/** Presences that one editor may show: its own, and those of tabs whose news it passes on. */
export const PRESENCES_MAX = 32

/** One presence: a name, a colour and a cursor. */
export const PRESENCE_BYTES_MAX = 4 * 1024

/** How long keystrokes are gathered into one signed entry: shorter than a reader notices, longer than a key repeats. */
export const GATHER_MS = 50

/** How soon a write that found no room is tried again. */
export const RETRY_MS = 1000

/** A client that has not answered a ping for this long is gone. */
export const PING_MS = 15_000

/** An update of this size is one entry; a larger one is cut. */
export const PART_BYTES_MAX = 48 * 1024

/** Characters typed in one entry: at three bytes each they fit it, with room for where they stand. */
export const TYPED_CHARACTERS_MAX = 8 * 1024

/** Ranges deleted in one entry: a client, a clock and a length take up to 24 bytes. */
export const DELETED_RANGES_MAX = 2 * 1024

/** How long a closing server waits for clients to say goodbye. */
export const CLOSE_MS = 500
