import { chmodSync, cpSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { directoryFindings } from './directory-findings.ts'
import { readConfig } from './identity.ts'
import { writtenElsewhere } from './place.ts'
import { foundMeshIn, HandNode, newHome } from './testing/hand-node.ts'

const ALL = { scope: '*', rights: ['read' as const, 'write' as const] }

let home: string
let clear: () => void
const open: HandNode[] = []

beforeEach(() => {
  ;({ home, clear } = newHome())
})

afterEach(async () => {
  for (const node of open.splice(0)) await node.close()
  clear()
})

const keep = (node: HandNode): HandNode => {
  open.push(node)
  return node
}

async function shut(node: HandNode): Promise<string> {
  open.splice(open.indexOf(node), 1)
  await node.close()
  return node.dir
}

const isMoved = (dir: string) => readConfig(dir).incarnation !== undefined
const refusals = (node: HandNode) => node.replica.storage.notes.refusals()

/** A backup of bob; then bob goes on, ann hears of it, and the backup takes bob's place. */
async function restored(restore: (backup: string, dir: string) => void) {
  const ann = keep(await foundMeshIn(home))
  const bob = keep(await ann.admit('bob', 'cook', ALL))
  await bob.remember('before')
  await shut(bob)
  const backup = join(home, 'backup')
  cpSync(bob.dir, backup, { recursive: true, preserveTimestamps: true })
  const later = keep(await HandNode.open(bob.dir))
  const lost = await later.remember('after the backup')
  await ann.pull(later)
  await shut(later)
  restore(backup, bob.dir)
  return { ann, bob: keep(await HandNode.open(bob.dir)), lost }
}

describe('a restored backup does not fork its logs', () => {
  test.each([
    [
      'in a fresh directory',
      (backup: string, dir: string) => {
        rmSync(dir, { recursive: true })
        cpSync(backup, dir, { recursive: true, preserveTimestamps: true })
      },
    ],
    [
      'over the files that are there',
      (backup: string, dir: string) => {
        for (const file of readdirSync(dir)) if (/-(wal|shm)$/.test(file)) rmSync(join(dir, file))
        cpSync(backup, dir, { recursive: true, force: true, preserveTimestamps: true })
      },
    ],
    [
      'the memory alone',
      (backup: string, dir: string) => {
        for (const file of readdirSync(dir)) if (file.startsWith('memory.sqlite')) rmSync(join(dir, file))
        cpSync(join(backup, 'memory.sqlite'), join(dir, 'memory.sqlite'))
      },
    ],
  ])('%s', async (_, restore) => {
    const { ann, bob, lost } = await restored(restore)
    expect(bob.incarnation).toBeGreaterThan(0)
    expect(readConfig(bob.dir).movedAt).toBeGreaterThan(Date.now() - 60_000)
    const row = await bob.remember('goes on')
    await ann.pull(bob)
    await bob.pull(ann)
    expect(refusals(ann).concat(refusals(bob))).toEqual([])
    expect([ann.read(row), bob.read(lost)]).toEqual(['goes on', 'after the backup'])
    const { node, replica } = bob
    const opened = { incarnation: bob.incarnation ?? 0, atMs: readConfig(bob.dir).movedAt ?? 0 }
    expect(writtenElsewhere(replica, node, opened)).toEqual([])
  })
})

test('a directory that stays where it is keeps its logs, and so does one that is renamed', async () => {
  const ann = keep(await foundMeshIn(home))
  await ann.remember('one')
  const dir = await shut(ann)
  await shut(keep(await HandNode.open(dir)))
  expect(isMoved(dir)).toBe(false)
  mkdirSync(join(home, 'elsewhere'))
  renameSync(dir, join(home, 'elsewhere', 'ann'))
  const moved = keep(await HandNode.open(join(home, 'elsewhere', 'ann')))
  expect(moved.incarnation).toBeUndefined()
  await moved.remember('two')
  expect([...moved.replica.heads()].every(({ incarnation }) => incarnation === 0)).toBe(true)
})

test('two copies that both run are told of, and do not fork each other', async () => {
  const ann = keep(await foundMeshIn(home))
  const bob = keep(await ann.admit('bob', 'cook', ALL))
  await bob.remember('before')
  await shut(bob)
  cpSync(bob.dir, join(home, 'copy'), { recursive: true })
  const atMs = Date.now()
  const [one, two] = [keep(await HandNode.open(bob.dir)), keep(await HandNode.open(join(home, 'copy')))]
  expect([one.incarnation, two.incarnation !== undefined]).toEqual([undefined, true])
  await new Promise(resolve => setTimeout(resolve, 5))
  await one.remember('by one')
  await two.remember('by the other')
  for (const node of [one, two]) await ann.pull(node)
  for (const node of [one, two]) await node.pull(ann)
  expect([ann, one, two].flatMap(refusals)).toEqual([])
  const elsewhere = ({ replica, node, incarnation = 0 }: HandNode) =>
    writtenElsewhere(replica, node, { incarnation, atMs }).length > 0
  expect([elsewhere(one), elsewhere(two)]).toEqual([true, true])
  const findings = (of: HandNode) =>
    directoryFindings({ ...of, config: readConfig(of.dir), openedAt: atMs, nowMs: atMs })
  expect(findings(one)).toMatchObject([{ level: 'problem', what: expect.stringMatching(/another machine/) }])
  expect(findings(two)).toMatchObject([
    { level: 'problem' },
    { what: expect.stringMatching(/copied or restored on 20/) },
  ])
})

test('secrets that others can read are told of', async () => {
  const ann = keep(await foundMeshIn(home))
  const findings = () =>
    directoryFindings({ ...ann, config: readConfig(ann.dir), openedAt: Date.now(), nowMs: Date.now() })
  expect(findings()).toEqual([])
  chmodSync(join(ann.dir, 'node.key'), 0o640)
  chmodSync(join(ann.dir, 'scope.keys'), 0o604)
  expect(findings()).toMatchObject([
    { level: 'warning', what: expect.stringMatching(/^node\.key can be read/) },
    { level: 'warning', what: expect.stringMatching(/^scope\.keys can be read/) },
  ])
})
