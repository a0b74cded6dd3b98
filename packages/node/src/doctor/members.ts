import type { Member } from '@folkmoot/core'
import { countOf, type Finding, finding } from './finding.ts'
import type { Patient } from './patient.ts'

const SOON_MS = 7 * 24 * 60 * 60_000

/** Whether this node still belongs. */
export function standing({ replica, node, nowMs }: Patient): readonly Finding[] {
  const { membership } = replica
  if (membership.isMember(node, nowMs)) return []
  if (membership.isMember(node)) {
    return [
      finding(
        'problem',
        'the certificate of this node has ended',
        'an admin renews it: moot certify NODE --not-after 30d',
      ),
    ]
  }
  return [
    finding(
      'problem',
      'this node is no member of its mesh any more',
      'it can read what it has, and nobody takes what it writes: ask an admin for a ticket, or to certify it again',
    ),
  ]
}

export function peersAway({ peers }: Patient): readonly Finding[] {
  const away = peers.filter(peer => !peer.connected)
  if (away.length === 0) return []
  const names = away.map(peer => peer.name || peer.node).join(', ')
  return [finding('warning', `${away.length} of ${peers.length} peers are not connected`, names)]
}

export function certificates({ replica, node, nowMs }: Patient): readonly Finding[] {
  const members = [...replica.membership.members()].filter(
    member => member.node !== node || !isOver(member, nowMs),
  )
  const over = members.filter(member => isOver(member, nowMs))
  const soon = members.filter(
    ({ notAfter }) => notAfter !== null && notAfter >= nowMs && notAfter - nowMs < SOON_MS,
  )
  return [...said(over, 'has ended', 'have ended'), ...said(soon, 'ends within 7 days', 'end within 7 days')]
}

function isOver({ notAfter }: Member, nowMs: number): boolean {
  return notAfter !== null && notAfter < nowMs
}

function said(members: readonly Member[], one: string, many: string): readonly Finding[] {
  if (members.length === 0) return []
  const what = `${countOf(members.length, 'certificate')} ${members.length === 1 ? one : many}`
  const each = members.map(({ name, notAfter }) => `${name} (${new Date(notAfter ?? 0).toISOString()})`)
  return [finding('warning', what, `${each.join(', ')}: moot certify NODE --not-after 30d`)]
}

/** Who holds what it cannot read. */
export function relays({ replica, nowMs }: Patient): readonly Finding[] {
  const { membership } = replica
  const names = [...membership.members()]
    .filter(({ node }) => membership.relays(node, nowMs))
    .map(({ name }) => name)
  if (names.length === 0) return []
  const what = `${countOf(names.length, 'node relays', 'nodes relay')} what others wrote`
  return [finding('ok', what, names.join(', '))]
}
