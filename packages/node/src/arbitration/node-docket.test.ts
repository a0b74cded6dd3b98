/** The docket on a replica in RAM, with an inbox that waits until it is told to go on. */
import { DEFAULT_SCOPE, note, POLICY, type Policy, revoke } from '@folkmoot/core'
import { expect, test } from 'vitest'
import { contents, dispute } from '../../../../test/support/dispute.ts'
import { grantTo, type TestNode, write } from '../../../../test/support/replicas.ts'
import { Inbox } from '../inbox.ts'
import { ownerOf, viewOf } from '../view.ts'
import { NodeDocket } from './node-docket.ts'

const LATEST: Policy = { version: 1, clauses: [{ rule: 'latest' }] }

/** Of a node's owner; `turn` does what waits. */
function docketOn({ node, name, replica, clock }: TestNode) {
  const turns: (() => void)[] = []
  const inbox = new Inbox(
    batch => replica.process(batch),
    turn => void turns.push(turn),
  )
  const now = () => clock.now()
  const reading = { resolver: 'latest' as const, authority: [], now }
  const view = viewOf(
    { id: node, replica, inbox, reading, ensureKey: undefined },
    ownerOf(node, replica, name),
  )
  const docket = new NodeDocket({ view, arbiters: { placeOf: () => 0 }, fallback: reading, now })
  const turn = () => {
    for (const one of turns.splice(0)) one()
  }
  return { docket, turn }
}

const THE_RIGHT = { scope: '*', rights: ['arbitrate' as const] }

test('who loses the right while a ruling waits to be written settles nothing, though it may write', async () => {
  const { id, mesh, ann } = dispute()
  write(ann, grantTo('ann', THE_RIGHT))
  write(ann, note({ scope: DEFAULT_SCOPE, name: POLICY, register: POLICY, value: LATEST }, mesh))
  const { docket, turn } = docketOn(ann)
  const [conflict] = docket.open()
  const [plan] = revoke({ agent: 'ann' }, THE_RIGHT, [])
  if (conflict === undefined || plan === undefined)
    throw new Error('there is a conflict, and a right to take')
  const { decision, seen } = conflict
  const settling = docket.settle(conflict.id, { judge: 'rule', decision }, seen)
  write(ann, plan)
  turn()
  await expect(settling).rejects.toMatchObject({ code: 'forbidden' })
  expect(contents(ann.storage.rows.get(id))).toEqual(['open', 'shut'])
})
