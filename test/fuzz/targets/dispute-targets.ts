/** What members write about disagreements. Any member can write any of it, and all have to read it alike. */
import {
  type Body,
  canonicalJson,
  type DocumentChange,
  type DocumentRow,
  decodeBody,
  decodeCanonical,
  encodeBody,
  encodeCanonical,
  FolkmootError,
  type Json,
  keyedDocumentId,
  limits,
  materialise,
  parseScope,
  RecordDocument,
  settlementsIn,
  toHex,
} from '@folkmoot/core'
import { factsOf } from '../../../packages/core/src/document-facts.ts'
import { Chance } from '../../simulation/random.ts'
import { GOLDEN_SCOPE } from '../../support/golden.ts'
import { signerOf } from '../../support/replicas.ts'
import { Fault, type Target } from '../target.ts'
import { checkRow } from './check-row.ts'
import { DISPUTES, ENTRIES, START, SUSPICIONS, type Told } from './dispute-samples.ts'

const AUTHORS = ['ann', 'bob', 'cid'].map(name => signerOf(name).node)
const SCOPE = parseScope('app=default')
const ORDERS = 3

export const DISPUTE_TARGETS: readonly Target[] = [
  target('changes of a disputed memory', 'door', DISPUTES),
  target('changes of a suspicion', 'moot/suspicion/a/b', SUSPICIONS),
]

/** One document, in several orders of arrival. */
function target(name: string, key: string, samples: readonly (readonly Told[])[]): Target {
  return {
    name,
    shape: 'cbor',
    samples: () => samples.map(encodeCanonical),
    bytesMax: limits.PAYLOAD_BYTES_MAX,
    cost: 20,
    take: input => {
      const changes = changesIn(input, key)
      const [row, ...others] = arrivals(changes, toHex(input)).map(rowOf)
      if (row === undefined) return false
      checkRow(row)
      const text = canonicalJson(row as unknown as Json)
      for (const other of others)
        if (canonicalJson(other as unknown as Json) !== text) throw new Fault('the order of arrival matters')
      return true
    },
  }
}

/** What the gate lets through, each after those that it depends on. */
function changesIn(input: Uint8Array, key: string): readonly DocumentChange[] {
  const about = { doc: keyedDocumentId(GOLDEN_SCOPE, 'record', key), key, salt: new Uint8Array(16) }
  return toldIn(input).flatMap(({ by, deps, ops }, i) => {
    const earlier = [...new Set(deps)].flatMap(dep => (dep < i ? (ENTRIES[dep] ?? []) : []))
    const [node, entry] = [AUTHORS[by], ENTRIES[i]]
    if (node === undefined || entry === undefined) return []
    const body = taken({ type: 'change', ...about, deps: earlier.sort(), ops: [...ops] })
    if (body?.type !== 'change') return []
    const place = { scope: GOLDEN_SCOPE, node, incarnation: 0, at: START + 10 * i, tick: 0, entry }
    return [{ ...place, body, isFirst: earlier.length === 0 }]
  })
}

/** Undefined if the gate refuses it. */
function taken(body: Body): Body | undefined {
  try {
    return decodeBody(encodeBody(body))
  } catch (error) {
    if (error instanceof FolkmootError) return undefined
    throw error
  }
}

function toldIn(input: Uint8Array): readonly Told[] {
  const told = decodeCanonical(input)
  if (!Array.isArray(told)) return []
  return told.slice(0, ENTRIES.length).filter((one): one is Told => {
    const { by, deps, ops } = (one ?? {}) as { readonly [key: string]: unknown }
    return typeof by === 'number' && Array.isArray(deps) && Array.isArray(ops)
  })
}

/** As told, and then in any order that keeps each log's own. */
function arrivals(changes: readonly DocumentChange[], seed: string): readonly (readonly DocumentChange[])[] {
  const chance = new Chance(seed)
  const any = () => {
    const logs = AUTHORS.map(author => changes.filter(({ node }) => node === author))
    return changes.flatMap(() => chance.pick(logs.filter(log => log.length > 0)).shift() ?? [])
  }
  return [changes, ...Array.from({ length: ORDERS - 1 }, any)]
}

function rowOf(changes: readonly DocumentChange[]): DocumentRow | undefined {
  const document = new RecordDocument()
  try {
    for (const change of changes) document.apply(change)
    const content = document.read()
    const facts = factsOf(document, content, SCOPE, document.changes())
    settlementsIn(document.changes(), entry => document.change(entry))
    return facts && materialise(facts, content)
  } finally {
    document.free()
  }
}
