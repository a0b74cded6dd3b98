/** Every bound of replication, with its reason. Bytes unless the name says otherwise. */
import { limits } from '@folkmoot/core'

/** A page asked for. Small enough that two overlap with applying, large enough that a round trip is amortised. */
export const PAGE_BYTES_MAX = 256 * 1024

/** The least a page is asked for: a peer may be ahead by one large entry. */
export const PAGE_BYTES_MIN = 16 * 1024

/** What one entry is taken to weigh when a page is sized by the entries missing. */
export const ENTRY_BYTES_GUESS = 2 * 1024

/** Asked for or being applied, per peer: four full pages keep network and disk busy and bound memory. */
export const WINDOW_BYTES_MAX = 4 * PAGE_BYTES_MAX

/** The same in pages, for many short logs. */
export const WINDOW_PAGES_MAX = 64

/** Pages of one log that wait to be applied before the next is asked for. */
export const APPLYING_PER_LOG_MAX = 2

/** One frame. A run that one signature covers cannot be cut, so a page may be as long as the longest run. */
export const FRAME_BYTES_MAX = limits.RUN_BYTES_MAX + 64 * 1024

/** One gossip message: within what every gossipsub hop forwards at once; larger runs are announced by their head. */
export const GOSSIP_BYTES_MAX = 64 * 1024

/** Room that a gossip message keeps for its own framing. */
export const GOSSIP_RUN_BYTES_MAX = GOSSIP_BYTES_MAX - 1024

/** Runs waiting for the next flush; beyond it only heads are announced, and anti-entropy carries the rest. */
export const GOSSIP_PENDING_BYTES_MAX = 1024 * 1024

/** Heads in one message, about 95 bytes each. What is left out is found by the next comparison. */
export const HEADS_PER_MESSAGE_MAX = 1024

/** A subtree with no more logs than this is listed rather than split: cheaper than three more round trips. */
export const LIST_LOGS_MAX = 16

/** Splits in one comparison, about 140 bytes each. */
export const SPLITS_PER_MESSAGE_MAX = 256

/** Logs asked for in one message. */
export const WANTS_PER_MESSAGE_MAX = WINDOW_PAGES_MAX

/** Logs a peer is known to be ahead in and that wait their turn. */
export const WANTED_MAX = 4096

/** Pages a peer may have asked for and not been sent: its whole window, twice. */
export const SERVE_QUEUE_MAX = 2 * WINDOW_PAGES_MAX

/** Messages queued for a peer that does not read. Beyond it the peer is cut off. */
export const OUTBOX_MESSAGES_MAX = 256

/** Anti-entropy: how long two nodes may differ without noticing when gossip was lost. */
export const ANTI_ENTROPY_MS = 5_000

/** 'pull' scopes are compared this often unless the session says otherwise. */
export const PULL_MS = 60_000

/** A peer that sends none of the pages it was asked for in this time is set aside. */
export const PAGE_TIMEOUT_MS = 10_000

/** How long a stalled peer is asked nothing; others are asked meanwhile. */
export const ASIDE_MS = 30_000

/** A greeting that takes longer is no greeting. */
export const HELLO_TIMEOUT_MS = 10_000

/** A log whose run was refused is not asked again from the same peer for this long. */
export const REFUSED_LOG_MS = 60_000

/** Refused logs remembered per peer; a peer with more is worth nothing. */
export const REFUSED_LOGS_MAX = 1024

/** Logs that a peer is asked for from their start, because its history of them is another: each costs a whole log. */
export const REREAD_LOGS_MAX = 64

/** A peer that announced more than it had yet is asked again, this often at most. */
export const RETRY_MS = 250
export const RETRIES_MAX = 4

/** Messages per second from one peer, requested pages not counted, and how many may come at once. */
export const MESSAGES_PER_SECOND_MAX = 1_000
export const MESSAGES_BURST_MAX = 4_000

/** The same in bytes: comparisons and heads, not pages. */
export const BYTES_PER_SECOND_MAX = 4 * 1024 * 1024
export const BYTES_BURST_MAX = 16 * 1024 * 1024

/** A peer that was cut off for what it sent is refused for this long, doubling up to the most. */
export const PENALTY_MS = 5_000
export const PENALTY_MS_MAX = 5 * 60_000

/** Peers whose penalty is remembered. */
export const PENALTIES_MAX = 1_000

/** Connections a node holds. */
export const PEERS_MAX = 300

/** Connections a node looks for by itself: beyond this, gossip and anti-entropy reach everybody in a few hops. */
export const PEERS_WANTED = 24

/** Addresses told of one node: a machine has a handful of interfaces. */
export const ADDRESSES_MAX = 8

/** One multiaddr, with room for a relay path. */
export const ADDRESS_BYTES_MAX = 256

/** Peers whose addresses are told in one message, and remembered. */
export const KNOWN_PEERS_PER_MESSAGE_MAX = 64
export const KNOWN_PEERS_MAX = 1_000

/** Logs a peer waits to hear of: one for each scope that it writes with acknowledgement. */
export const CONFIRMS_MAX = 1024

/** Positions remembered of runs that came by gossip and are being stored. */
export const OFFERED_MAX = 10_000

/** The reason in a refusal, for people. */
export const REASON_BYTES_MAX = 256

// libp2p

/** Unsent bytes per peer before `send` says no: two of the largest frames. */
export const WRITE_BUFFER_BYTES_MAX = 2 * FRAME_BYTES_MAX

/** New connections per second from one address: many nodes on one host all start at once; the default of 5 fails. */
export const INBOUND_PER_SECOND_MAX = 1_000

/** Handshakes under way at once: as above, the default of 10 fails. */
export const HANDSHAKES_MAX = 200

/** One gossipsub packet: several messages and its own control traffic. */
export const GOSSIP_PACKET_BYTES_MAX = 1024 * 1024

/** Gossip waiting for one slow peer; beyond it that peer misses gossip, and anti-entropy brings it. */
export const GOSSIP_BUFFER_BYTES_MAX = 4 * 1024 * 1024

/** Opening a stream, and other single steps on the network. */
export const STREAM_TIMEOUT_MS = 5_000

/** Dialling one peer at all of its addresses. */
export const DIAL_TIMEOUT_MS = 10_000

/** Pause before a peer is dialled again: doubles from the first to the most, with jitter. */
export const REDIAL_MS = 250
export const REDIAL_MS_MAX = 30_000

/** Of two nodes that know each other one dials first; the other waits this long, so that they do not meet twice. */
export const DIAL_HEAD_START_MS = 200

/** A connection that lasted this long was a good one: the next pause is short again. */
export const STABLE_MS = 10_000

/** A connection on which no sync stream was opened in this time is of no use. */
export const IDLE_CONNECTION_MS = 20_000

/** Closing politely before closing at once. */
export const CLOSE_TIMEOUT_MS = 1_000

// Joining

/** A ticket's secret, a name, and the framing. */
export const JOIN_REQUEST_BYTES_MAX = 2 * 1024
export const JOIN_SECRET_BYTES_MAX = 64

/** The membership log of a mesh of hundreds of nodes, with the keys of dozens of scopes wrapped to each: about 10 MB. */
export const JOIN_REPLY_BYTES_MAX = 32 * 1024 * 1024
export const JOIN_RUNS_MAX = 8192

/** From the connection to the whole reply. */
export const JOIN_TIMEOUT_MS = 15_000

/** Strangers connected at once, and what one of them may ask on one connection: guessing must not pay. */
export const JOIN_CONNECTIONS_MAX = 32
export const JOIN_REQUESTS_PER_CONNECTION_MAX = 3
