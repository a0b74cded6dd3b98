/** What is left of claims once people have had their say. */
import {
  claim,
  DEFAULT_SCOPE,
  type DocumentId,
  type DocumentRow,
  type Json,
  note,
  SUSPICION,
  settle,
  suspicionName,
} from '@folkmoot/core'
import { expect, test } from 'vitest'
import { scene } from '../../../test/support/dispute.ts'
import { write } from '../../../test/support/replicas.ts'

/** A suspicion that ann and bob know of. */
function suspected() {
  const all = scene()
  const one = all.say(all.ann, 'the shop opens at 8', {}, 'hours').id
  const other = all.say(all.bob, 'the shop opens at 9', {}, 'opening').id
  const value: Json = { records: [one, other].sort() as DocumentId[], evidence: [], score: 0.9 }
  const name = suspicionName(one, other)
  const { id } = write(all.ann, note({ scope: DEFAULT_SCOPE, name, register: SUSPICION, value }, all.mesh))
    .row as DocumentRow
  all.meet()
  const seen = all.row(id).registers[SUSPICION]?.map(({ entry }) => entry) ?? []
  return { ...all, id, seen }
}

test('[C8] a suspicion that was claimed before a verdict on it was taken back is open, and not claimed', () => {
  const { ann, bob, cid, meet, row, id, seen } = suspected()
  const until = ann.clock.now() + 60_000
  write(bob, claim(id, SUSPICION, until, seen))
  write(ann, settle(id, SUSPICION, { pick: 1 }))
  meet()
  write(cid, settle(id, SUSPICION, { undo: true }))
  meet()
  expect(row(id).conflicts).toMatchObject([{ status: 'open', claims: [], reopened: { kind: 'undo' } }])
  const again = row(id).registers[SUSPICION]?.map(({ entry }) => entry) ?? []
  write(bob, claim(id, SUSPICION, until, again))
  meet()
  expect(row(id).conflicts).toMatchObject([{ status: 'claimed', claims: [{ node: bob.node }] }])
})
