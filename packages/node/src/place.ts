/**
 * Where a node's directory is, so that a copy knows that it is one.
 *
 * A node that was restored from a backup does not know what it has written since, and two copies of one directory do
 * not know of each other: both would write a second history into their logs, which their peers take for treason. So the
 * directory is compared with where it was when it was opened last, and one that was moved, copied or restored goes on
 * in a new incarnation of its logs.
 *
 * Compared are the machine, the file of the memory, and a mark: an empty file that nobody has a reason to touch. Any
 * copy or restoring sets the change time of a file's inode, which nothing but the kernel can set. What this cannot see
 * is a whole disk set back to a snapshot.
 */
import { createHash } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FolkmootError, type LogHead, type NodeId, type Random, type Replica } from '@folkmoot/core'
import { type NodeConfig, PRIVATE_FILE, reasonOf, writeConfig } from './identity.ts'

const MARK_FILE = 'place.mark'
const MEMORY_FILE = 'memory.sqlite'
const MACHINE_FILES = ['/etc/machine-id', '/var/lib/dbus/machine-id']
/** 48 bits, so that no two copies draw the same. */
const INCARNATION_BYTES = 6

/**
 * The configuration to go on with. Call it when the directory is locked and before anything is written in a log.
 * @param check called before anything is written here: what is damaged stays as it was found
 * @throws FolkmootError directory
 */
export function settlePlace(
  dir: string,
  config: NodeConfig,
  { random, nowMs, check }: { random: Random; nowMs: number; check?: () => void },
): NodeConfig {
  const place = placeOf(dir)
  if (place !== undefined && place === config.place) return config
  check?.()
  const settled = { ...config, place: place ?? mark(dir) }
  // The first opening of a directory finds nothing to compare with.
  const isMoved = config.place !== undefined
  const moved = isMoved ? { ...settled, incarnation: newIncarnation(random), movedAt: nowMs } : settled
  writeConfig(dir, moved)
  return moved
}

/** Undefined if the directory has no mark. */
function placeOf(dir: string): string | undefined {
  const marked = statSync(join(dir, MARK_FILE), { bigint: true, throwIfNoEntry: false })
  const memory = statSync(join(dir, MEMORY_FILE), { bigint: true, throwIfNoEntry: false })
  if (marked === undefined) return undefined
  const facts = [
    machine(),
    marked.ino,
    marked.birthtimeNs,
    marked.ctimeNs,
    memory?.ino ?? '',
    memory?.birthtimeNs ?? '',
  ]
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 32)
}

function mark(dir: string): string {
  try {
    writeFileSync(join(dir, MARK_FILE), '', { mode: PRIVATE_FILE, flag: 'wx' })
  } catch (error) {
    throw new FolkmootError('directory', `cannot write to ${dir}: ${reasonOf(error)}`)
  }
  return placeOf(dir) ?? ''
}

function machine(): string {
  for (const file of MACHINE_FILES) {
    try {
      return readFileSync(file, 'utf8').trim()
    } catch {
      // Not every system has one: the rest of the facts remain.
    }
  }
  return ''
}

/** Never 0, which is that of a directory that was never copied. */
export function newIncarnation(random: Random): number {
  const number = Buffer.from(random.bytes(INCARNATION_BYTES)).readUIntBE(0, INCARNATION_BYTES)
  return number === 0 ? 1 : number
}

/** This node's own logs that somebody else goes on with: a copy of this directory is running. */
export function writtenElsewhere(
  replica: Replica,
  node: NodeId,
  opened: { readonly incarnation: number; readonly atMs: number },
): readonly LogHead[] {
  const ours = new Set([opened.incarnation, replica.incarnation])
  return [...replica.heads()].filter(
    head => head.node === node && !ours.has(head.incarnation) && head.at > opened.atMs,
  )
}
