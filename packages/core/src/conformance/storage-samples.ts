/** Entries and rows for storage suites: well-formed, linked, and signed by nobody. */
import { toHex, utf8 } from '../bytes.ts'
import { encodeHeader, entryOf, type Header, NO_MESH, type VerifiedEntry } from '../entry.ts'
import { sha256 } from '../hash.ts'
import { type DocumentId, type EntryHash, nodeId, type ScopeId, shortHash } from '../ids.ts'
import type { Json } from '../json.ts'
import type { Conflict, DocumentRow, Sibling } from '../row.ts'
import { DEFAULT_SCOPE, type ScopeAddress } from '../scope.ts'

export const SAMPLE_NODE = nodeId(sha256(utf8('a node')))

export const SAMPLE_SCOPE = shortHash('sample', utf8('scope')) as ScopeId

/** The entry after `last` in the log that `incarnation` and `scope` name, or its first. */
export function sampleEntry(
  last: VerifiedEntry | undefined,
  payload = utf8('payload'),
  incarnation = last?.incarnation ?? 0,
  scope = last?.scope ?? SAMPLE_SCOPE,
): VerifiedEntry {
  const seq = last === undefined ? 0 : last.seq + 1
  const header: Header = {
    mesh: NO_MESH,
    scope,
    node: SAMPLE_NODE,
    incarnation,
    seq,
    prev: last?.hash ?? '',
    at: 1_700_000_000_000 + seq,
    tick: seq % 3,
    authority: [],
    epoch: 0,
    payloadSize: payload.length,
    payloadHash: toHex(sha256(payload)),
  }
  const bytes = { header: Uint8Array.from(encodeHeader(header)), signature: null, payload }
  // The one place where an entry counts as verified without a gate: a storage does not look.
  return entryOf(header, bytes) as VerifiedEntry
}

export function sampleChain(length: number, payload?: Uint8Array, incarnation?: number): VerifiedEntry[] {
  const chain: VerifiedEntry[] = []
  while (chain.length < length) chain.push(sampleEntry(chain.at(-1), payload, incarnation))
  return chain
}

export function sampleId(name: string): DocumentId {
  return shortHash('sample', utf8(name)) as DocumentId
}

export interface SampleRow extends Partial<Omit<DocumentRow, 'id' | 'scope' | 'registers' | 'sets'>> {
  readonly scope?: string
  readonly content?: Json
  readonly kind?: string
  readonly tags?: readonly string[]
}

export function sampleRow(name: string, sample: SampleRow = {}): DocumentRow {
  const { content = null, kind, tags, scope, ...rest } = sample
  return {
    id: sampleId(name),
    type: 'record',
    key: null,
    registers: {
      ...(content === null ? {} : { content: [sampleSibling(content)] }),
      ...(kind === undefined ? {} : { kind: [sampleSibling(kind)] }),
    },
    sets: tags === undefined ? {} : { tags },
    conflicts: [],
    erased: false,
    heads: [],
    createdAt: 1,
    updatedAt: 1,
    why: null,
    authors: [SAMPLE_NODE],
    contributors: [],
    sources: [],
    resources: [],
    marked: false,
    digest: toHex(sha256(utf8(JSON.stringify([name, sample])))),
    ...rest,
    scope: (scope ?? DEFAULT_SCOPE) as ScopeAddress,
  }
}

export function sampleSibling(value: Json, at = 1): Sibling {
  const entry = toHex(sha256(utf8(JSON.stringify([value, at])))) as EntryHash
  return { value, ended: value === null, node: SAMPLE_NODE, at, tick: 0, entry, confidence: null }
}

export function sampleConflict(name: string, status: Conflict['status']): Conflict {
  return {
    id: `${sampleId(name)}.content`,
    register: 'content',
    cause: 'concurrent-values',
    status,
    candidates: [sampleSibling('one'), sampleSibling('two')],
    importance: 0.5,
    since: 1,
    claims: [],
    resolution: null,
    overruled: [],
    reopened: null,
  }
}
