import type { LogRef } from '@folkmoot/core'
import { type Finding, finding, nameOf } from './finding.ts'
import type { Patient } from './patient.ts'

type Fork = LogRef & { readonly seq: number }

/** Authors that are proven to have written two histories of one log. */
export function forks({ replica, node }: Patient): readonly Finding[] {
  const { membership } = replica
  return [...membership.forks()].map((fork: Fork) => {
    const where = replica.scopeName(fork.scope) ?? 'the membership log, or a scope without a name here'
    const ends = `the log in ${where} counts up to ${fork.seq - 1}`
    if (fork.node !== node) {
      const who = nameOf(membership, fork.node)
      return finding(
        'warning',
        `${who} wrote two histories of one log`,
        `${ends}; its directory was copied or restored, or its key is in two hands: if that is not explained, moot revoke ${who}`,
      )
    }
    return finding(
      'warning',
      'two histories of one log were written with the key of this node',
      `${ends}, and this node goes on in a new incarnation of it; that comes of a backup that was restored or of a directory that was copied: if it was neither, somebody else has the key, and moot rotate-key gives this node another`,
    )
  })
}
