/** What those who visit a node, or tidy it up, may ask for. */
import type { Permission } from '@folkmoot/core'

export interface VisitorOptions {
  /** In whose service: only what this user may be told is there. */
  readonly user?: string
  /** Only what this agent may do too. */
  readonly agent?: string
  /** Only what these cover. */
  readonly permissions?: readonly Permission[]
}

export interface TokenOptions extends VisitorOptions {
  /** What it is listed and revoked by. */
  readonly name: string
  /** For ever if not given. */
  readonly expiresInMs?: number
}

export interface ExpireOptions {
  /** Made longer ago. */
  readonly olderThanMs?: number
  /** Not changed for so long. */
  readonly inactiveMs?: number
  /** How many may stay: the most important, and of equals the newest. */
  readonly keep?: number
  /** How many bytes of text may stay, chosen likewise. */
  readonly keepBytes?: number
  readonly scope?: string
  readonly kind?: string
  /** Only says what it would do. */
  readonly dryRun?: boolean
}
