import type { Replica } from '@folkmoot/core'
import { KEY_FILE, looseFiles, type NodeConfig } from './identity.ts'
import { type HeldKeys, KEYS_FILE } from './keys/key-file.ts'
import { writtenElsewhere } from './place.ts'
import type { DoctorReport } from './reports.ts'
import { NEXT_KEY_FILE } from './rotate-key.ts'

type Finding = DoctorReport['findings'][number]

const SECRETS = [KEY_FILE, NEXT_KEY_FILE, KEYS_FILE]
/** After this a directory has long settled where it is. */
const MOVED_TOLD_MS = 7 * 24 * 60 * 60_000

export interface DirectoryView {
  readonly dir: string
  readonly config: NodeConfig
  readonly held: HeldKeys
  readonly replica: Replica
  readonly node: Parameters<typeof writtenElsewhere>[1]
  /** When this node was opened, in milliseconds since 1970. */
  readonly openedAt: number
  readonly nowMs: number
  /** Whether this node writes in that incarnation too: in a branch. */
  readonly isOurs?: (incarnation: number) => boolean
}

/** What a person should know about a node's directory: its secrets, and whether it is one of two. */
export function directoryFindings(view: DirectoryView): readonly Finding[] {
  return [...elsewhere(view), ...loose(view), ...moved(view), ...named(view)]
}

function elsewhere({ replica, node, config, openedAt, isOurs = () => false }: DirectoryView): Finding[] {
  const opened = { incarnation: config.incarnation ?? 0, atMs: openedAt }
  const logs = writtenElsewhere(replica, node, opened).filter(({ incarnation }) => !isOurs(incarnation))
  if (logs.length === 0) return []
  const last = Math.max(...logs.map(({ at }) => at))
  return [
    {
      level: 'problem',
      what: "another machine writes with this node's key",
      detail: `${logs.length} logs that are not ours, last at ${new Date(last).toISOString()}: stop one of the two, and let it join with a ticket of its own; if it is none of yours, rotate the key`,
    },
  ]
}

function loose({ dir }: DirectoryView): Finding[] {
  return looseFiles(dir, SECRETS).map(file => ({
    level: 'warning',
    what: `${file} can be read by others on this machine`,
    detail: `chmod 600 ${dir}/${file}; who has read it can read and write as this node: rotate the key`,
  }))
}

function moved({ config: { movedAt }, nowMs }: DirectoryView): Finding[] {
  if (movedAt === undefined || nowMs - movedAt > MOVED_TOLD_MS) return []
  const day = new Date(movedAt).toISOString()
  return [
    {
      level: 'warning',
      what: `this directory was copied or restored on ${day}`,
      detail: 'it goes on in a new incarnation of its logs',
    },
  ]
}

function named({ held, replica }: DirectoryView): Finding[] {
  if (held.names === undefined || held.names === replica.names) return []
  return [
    {
      level: 'warning',
      what: 'this node was given leave to read',
      detail: 'it was only a relay when it was started: start it again',
    },
  ]
}
