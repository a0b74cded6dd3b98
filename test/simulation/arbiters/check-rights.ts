/** Who may judge, by what it knew when it did: of what does not count anyway nothing is said here. */
import { type Body, decodeBody, type ScopeAddress, type StoredEntry } from '@folkmoot/core'
import type { SimulatedNode } from '../node.ts'
import type { Problem } from './problem.ts'
import type { Scene } from './scene.ts'

export function checkRights({ mesh, work }: Scene): readonly Problem[] {
  return mesh.healthy.flatMap(node =>
    [...node.replica.heads()].flatMap(({ log, scope }) => {
      const address = node.replica.scopeName(scope)
      if (address === undefined) return []
      const end = work.law.ends.get(log) ?? Number.POSITIVE_INFINITY
      const counted = entriesOf(node, log).filter(({ status }) => status === 'applied')
      return counted.flatMap(stored => [
        ...objections(node, address, stored).map(
          (detail): Problem => ({ kind: 'judged without the right', detail: `${node.name}: ${detail}` }),
        ),
        ...(stored.entry.seq > end && bodyOf(stored)?.type !== 'open' ? [beyond(node, stored)] : []),
      ])
    }),
  )
}

export function entriesOf(
  { replica }: SimulatedNode,
  log: StoredEntry['entry']['log'],
): readonly StoredEntry[] {
  return [...replica.storage.entries.read(log, 0, Number.MAX_SAFE_INTEGER)]
}

export function bodyOf({ entry }: StoredEntry): Body | undefined {
  const { payload } = entry.bytes
  return payload === null ? undefined : decodeBody(payload)
}

/** Whoever settles unasked, or claims to be about to, has the right to, and can read what it settles. */
function objections({ replica }: SimulatedNode, scope: ScopeAddress, stored: StoredEntry): readonly string[] {
  const body = bodyOf(stored)
  if (body?.type !== 'change' || !body.ops.some(isUnasked)) return []
  const { node, authority, at } = stored.entry
  const who = { node, authority, at }
  return (['arbitrate', 'read'] as const).flatMap(
    right => replica.membership.rightObjection(who, scope, [right]) ?? [],
  )
}

type Op = Extract<Body, { type: 'change' }>['ops'][number]

function isUnasked([kind, , said]: Op): boolean {
  if (kind === 'claim') return true
  const { judge } = kind === 'settle' ? (said as { readonly judge?: string }) : {}
  return judge === 'model' || judge === 'rule'
}

function beyond(node: SimulatedNode, { entry }: StoredEntry): Problem {
  return { kind: 'counts beyond its end', detail: `${node.name}: ${entry.node.slice(-4)}/${entry.seq}` }
}
