import type { DocumentRow } from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { type RamNode, ramMesh } from '../../../../test/support/ram-mesh.ts'
import { SuspicionWatch } from './suspicion-watch.ts'

const TEN = 'The plan costs 10 euros'
const TWELVE = 'The plan costs 12 euros'

function scene() {
  const mesh = ramMesh(['ann', 'bob'])
  const [ann, bob] = mesh.nodes as [RamNode, RamNode]
  const watch = new SuspicionWatch(ann.view)
  ann.onChanged = changed => watch.changed(changed)
  return { ...mesh, ann, bob, watch }
}

describe('every memory that changes is compared', () => {
  test('with its neighbours, without anybody asking', async () => {
    const { ann, watch } = scene()
    await ann.node.remember(TEN)
    await ann.node.remember(TWELVE)
    const { id } = await ann.node.remember(TWELVE)
    await watch.idle()
    expect((await ann.node.conflicts()).length).toBe(2)
    expect((await ann.node.get(id))?.links).toMatchObject([{ relation: 'duplicates' }])
    expect(watch.status()).toMatchObject({ waiting: 0, compared: 3, suspicions: 2, links: 1, missed: 0 })
  })

  test('after a while of quiet, by itself', async () => {
    const { ann } = scene()
    await ann.node.remember(TEN)
    await ann.node.remember(TWELVE)
    await expect.poll(async () => (await ann.node.conflicts()).length).toBe(1)
  })

  test('when it comes from somebody else', async () => {
    const { ann, bob, meet, watch } = scene()
    await ann.node.remember(TEN)
    await bob.node.remember(TWELVE)
    ann.onChanged = () => {}
    meet()
    const row = ann.view.sight
      .list({ limit: 10 })
      .find(({ registers }) => registers.content?.[0]?.value === TWELVE)
    watch.changed(row === undefined ? [] : [{ after: row }])
    await watch.idle()
    expect(await ann.node.conflicts()).toHaveLength(1)
  })

  test('and its suspicions withdrawn, its links cut, when they hold no more', async () => {
    const { ann, watch } = scene()
    const { id } = await ann.node.remember(TEN)
    const { id: copy } = await ann.node.remember(TEN)
    await ann.node.remember(TWELVE)
    await watch.idle()
    expect(await ann.node.conflicts()).toHaveLength(2)
    await ann.view.writer.update(id, TWELVE, {})
    await watch.idle()
    expect((await ann.node.get(copy))?.links).toEqual([])
    await ann.view.writer.retract(copy, {})
    await watch.idle()
    expect(await ann.node.conflicts({ all: true })).toEqual([])
  })

  test('also by a suspicion that was there before the watch began', async () => {
    const { ann } = scene()
    ann.onChanged = () => {}
    const { id } = await ann.node.remember(TEN)
    await ann.node.remember(TWELVE)
    await ann.node.scan({ record: true })
    const late = new SuspicionWatch(ann.view)
    ann.onChanged = changed => late.changed(changed)
    await ann.view.writer.retract(id, {})
    await late.idle()
    expect(late.status()).toMatchObject({ compared: 1, withdrawn: 1 })
  })

  test('and what is noted of it destroyed when it is erased elsewhere', async () => {
    const { ann, watch } = scene()
    const { id } = await ann.node.remember(TEN)
    await ann.node.remember(TWELVE)
    await watch.idle()
    const [conflict] = await ann.node.conflicts()
    // As it arrives from a node that did not know of the suspicion.
    await ann.view.writer.erase(id, {})
    await watch.idle()
    expect(ann.view.sight.row(conflict?.record as never)?.erased).toBe(true)
  })
})

describe('what is noted of a memory that was erased before the note came is destroyed, too', () => {
  /** Ann has erased a memory, and then hears of what Bob, who had not heard of that, has said of it. */
  async function noteComesLate() {
    const { ann, bob, meet, watch } = scene()
    ann.onChanged = () => {}
    const { id } = await ann.node.remember(TEN)
    await ann.node.remember(TWELVE)
    meet()
    await bob.node.scan({ record: true })
    const [conflict] = await bob.node.conflicts()
    await bob.node.resolve(conflict?.id ?? '', { pick: 1, reason: TEN })
    await ann.view.writer.erase(id, {})
    meet()
    const note = () => ann.view.sight.row(conflict?.record as never) as DocumentRow
    expect(note().erased).toBe(false)
    return { ann, watch, note }
  }

  test('when it comes', async () => {
    const { watch, note } = await noteComesLate()
    watch.changed([{ after: note() }])
    await watch.idle()
    expect(note().erased).toBe(true)
  })

  test('and when it is there as the watch begins', async () => {
    const { ann, note } = await noteComesLate()
    await new SuspicionWatch(ann.view).idle()
    expect(note().erased).toBe(true)
  })
})

describe('it does no more than that', () => {
  test('its own notes and links, and tags, make it look at nothing', async () => {
    const { ann, watch } = scene()
    const { id } = await ann.node.remember(TEN)
    await ann.node.remember(TEN)
    await watch.idle()
    await ann.node.tag(id, { add: ['x'] })
    await ann.node.scan({ record: true })
    expect(watch.status()).toMatchObject({ waiting: 0, compared: 2 })
  })

  test('a burst on one memory is one look', async () => {
    const { ann, watch } = scene()
    const { id } = await ann.node.remember(TEN)
    for (let i = 0; i < 20; i++) await ann.node.update(id, `The plan costs ${i} euros`)
    expect(watch.status().waiting).toBe(1)
    await watch.idle()
    expect(watch.status().compared).toBe(1)
  })

  test('more than can wait are counted as missed', async () => {
    const { ann, watch } = scene()
    await ann.node.remember(TEN)
    const [row] = ann.view.sight.list({ limit: 1 })
    if (row === undefined) throw new Error('nothing was remembered')
    const many = Array.from({ length: 10_050 }, (_, i) => ({
      after: { ...row, id: i.toString(16).padStart(32, '0') as typeof row.id },
    }))
    watch.changed(many)
    expect(watch.status()).toMatchObject({ waiting: 10_000, missed: 51 })
    await watch.close()
    expect(watch.status().waiting).toBe(0)
  })

  test('nothing after it was closed', async () => {
    const { ann, watch } = scene()
    await watch.close()
    await ann.node.remember(TEN)
    await ann.node.remember(TWELVE)
    await watch.idle()
    expect(await ann.node.conflicts()).toEqual([])
  })

  test('what goes wrong is told, and ends nothing', async () => {
    const { ann } = scene()
    const errors: unknown[] = []
    const broken = {
      ...ann.view,
      writer: Object.create(ann.view.writer, {
        at: { get: () => ann.view.writer.at },
        why: { value: () => undefined },
        change: { value: () => Promise.reject(new Error('the disk is gone')) },
      }),
    }
    const watch = new SuspicionWatch(broken, { onError: error => errors.push(error) })
    ann.onChanged = changed => watch.changed(changed)
    await ann.node.remember(TEN)
    await ann.node.remember(TWELVE)
    await watch.idle()
    expect(errors).not.toEqual([])
    expect(watch.status()).toMatchObject({ waiting: 0 })
  })
})
