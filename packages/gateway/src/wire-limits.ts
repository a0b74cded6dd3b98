/** Bounds of the local socket, with their reasons. Bytes unless the name says otherwise. */

/** One request: an import batch at its largest, with room for JSON's escapes. */
export const REQUEST_BYTES_MAX = 8 * 1024 * 1024

/** The greeting: a token and a name. Whoever has not greeted may not fill our memory. */
export const GREETING_BYTES_MAX = 4096

/** How long a visitor may stand in the door without greeting. */
export const GREETING_MS_MAX = 5000

/** One response line: what a string in V8 can hold, and then some room. Long answers are streams. */
export const RESPONSE_BYTES_MAX = 256 * 1024 * 1024

/** Requests one connection may have under way; each may hold an answer that the client has not read yet. */
export const REQUESTS_MAX = 64

/** Connections at once: an agent keeps one, a command opens one for a moment. */
export const CONNECTIONS_MAX = 64

/** What one answer lists: enough for a page or a script; more is what `export` is for. */
export const LIMIT_MAX = 10_000

/** Items of a stream that a client holds unread before it stops reading from the socket. */
export const ITEMS_UNREAD_MAX = 256

/** How long a closing node waits for its answers to leave. */
export const CLOSE_MS_MAX = 2000

/** `sun_path` holds 108 bytes on Linux and 104 on macOS. */
export const SOCKET_PATH_BYTES_MAX = 100
