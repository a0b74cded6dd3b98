/** What a scan is asked, and what it finds. */
import type { DocumentId, Json, ScopeAddress } from '@folkmoot/core'
import type { Authorship } from '../authorship.ts'
import type { Cautioned } from '../beliefs/reports.ts'
import type { Finding } from './finding.ts'

export interface ScanOptions {
  /** All scopes if not given; memories of different scopes are never compared. */
  readonly scope?: string
  /** Only what stands near this memory, by its id or key. */
  readonly id?: string
  /** Keeps what is found: suspicions as notes, the rest as links; and takes back what does not hold any more. */
  readonly record?: boolean
  /** Findings to give at most, the surest first. What is recorded has the same limit. */
  readonly limit?: number
  readonly signal?: AbortSignal
}

/** One of two memories that were compared, and who said last what it says. */
export interface FoundMemory extends Authorship, Cautioned {
  readonly id: DocumentId
  readonly key: string | null
  readonly scope: ScopeAddress
  readonly kind: string
  readonly value: Json
}

export interface FindingReport {
  readonly relation: Finding['relation']
  /** The one that says more comes first in `refines`, the older one otherwise. */
  readonly memories: readonly [FoundMemory, FoundMemory]
  readonly score: number
  readonly evidence: Finding['evidence']
  /** Of a suspicion that is kept: its conflict. */
  readonly conflict: string | null
  readonly recorded: boolean
}

export interface ScanReport {
  readonly records: number
  readonly pairs: number
  readonly found: number
  /** As many as asked for. */
  readonly findings: readonly FindingReport[]
  /** Written down by this scan, and taken back. */
  readonly suspicions: number
  readonly links: number
  readonly withdrawn: number
  /** Scopes that were looked through but may not be written: nothing was kept there, nor taken back. */
  readonly skipped: readonly ScopeAddress[]
  /** False if there are more memories than one scan reads: the rest was not looked at. */
  readonly complete: boolean
}
