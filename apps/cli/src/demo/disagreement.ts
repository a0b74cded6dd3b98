/** Chapters on how disagreements end: by a policy, by an arbiter, by a person; and on what was built upon them. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Result } from '@folkmoot/gateway/client'
import { codeOf } from '../fault.ts'
import type { Fleet, FleetNode } from './fleet.ts'
import type { Narrator } from './narrator.ts'

type Conflict = Result<'conflict'>

/** An arbiter settles by rule in milliseconds; a model may think. */
const RULE_PATIENCE_MS = 20_000
const MODEL_PATIENCE_MS = 180_000
const POLL_MS = 20

const PAYMENT = 'customer/anna/payment'
const ORION = 'project/orion'

type Nodes = readonly [FleetNode, FleetNode, FleetNode]

/**
 * @param model `URL#NAME` of an endpoint for the arbiter; without one it settles by rules alone
 * @throws Error where something did not happen as it should
 */
export async function tellOfDisagreement(
  fleet: Fleet,
  tell: Narrator,
  model: string | undefined,
): Promise<void> {
  const [zylos01, zylos0t, cococlaw] = fleet.nodes
  if (zylos01 === undefined || zylos0t === undefined || cococlaw === undefined) throw new Error('three nodes')
  const nodes: Nodes = [zylos01, zylos0t, cococlaw]
  await tell.chapter('The mesh gets a policy, and an arbiter: a fourth node that may settle and not write')
  await tell.type(fleet, zylos01, 'policy', 'set', '--preset', '--reason', 'agreed in the morning meeting')
  const arbiter = await fleet.start('arbiter', 'arbiter', {
    permissions: [{ scope: '*', rights: ['read', 'arbitrate'] }],
    flags: ['--arbiter', ...(model === undefined ? [] : ['--model', model])],
  })
  await fleet.converge()
  await tell.say(model === undefined ? 'it settles by rules; no model is set' : `it may ask ${model}`)
  await tellOfRules(fleet, tell, nodes)
  await (model === undefined ? tellOfPeople(fleet, tell, nodes) : tellOfModel(fleet, tell, nodes, arbiter))
  await tellOfUndoing(fleet, tell, nodes)
  await tellOfBranches(fleet, tell, nodes)
  await tellOfTaint(fleet, tell, nodes)
}

async function tellOfRules(fleet: Fleet, tell: Narrator, [zylos01, zylos0t, cococlaw]: Nodes): Promise<void> {
  await tell.chapter(
    'Two disputes while apart: a preference, which a rule decides, and the state of a project',
  )
  fleet.cut()
  const said = (node: FleetNode, key: string, kind: string, value: string) =>
    node.client.call('remember', { value, key, kind })
  await said(zylos01, PAYMENT, 'preference', 'Anna pays by invoice')
  await said(zylos01, ORION, 'project', 'Orion ships on Friday')
  await said(zylos0t, PAYMENT, 'preference', 'Anna pays by card')
  await said(zylos0t, ORION, 'project', 'Orion ships in two weeks, the tests fail')
  await tell.say('zylos01 and zylos0t each say something else about both')
  fleet.heal()
  const started = performance.now()
  const payment = await settled(cococlaw, PAYMENT, RULE_PATIENCE_MS)
  if (payment.resolution?.judge !== 'rule') throw new Error('no rule settled the preference')
  await tell.say(
    `the preference was settled ${Math.round(performance.now() - started)} ms after the cut healed`,
  )
  await tell.type(fleet, cococlaw, 'conflict', PAYMENT)
}

async function tellOfPeople(fleet: Fleet, tell: Narrator, [zylos01, , cococlaw]: Nodes): Promise<void> {
  await tell.chapter('Without a model nothing waits: the other stays visible, and a person settles it')
  await tell.type(fleet, cococlaw, 'conflicts')
  await tell.type(fleet, cococlaw, 'resolve', ORION, '--pick', '2', '--reason', 'I ran the tests')
  await fleet.converge()
  await tell.type(fleet, zylos01, 'conflict', ORION)
}

async function tellOfModel(
  fleet: Fleet,
  tell: Narrator,
  [zylos01, , cococlaw]: Nodes,
  arbiter: FleetNode,
): Promise<void> {
  await tell.chapter('The other one goes to the model')
  const orion = await settled(cococlaw, ORION, MODEL_PATIENCE_MS)
  await tell.say(`${orion.status}, on the judgement of ${orion.resolution?.model ?? 'nobody'}`)
  await tell.type(fleet, arbiter, 'status')
  await fleet.converge()
  await tell.type(fleet, zylos01, 'conflict', ORION)
}

async function tellOfUndoing(fleet: Fleet, tell: Narrator, [zylos01, zylos0t]: Nodes): Promise<void> {
  await tell.chapter('A settlement can be taken back, and the candidates stand again')
  await tell.type(fleet, zylos01, 'resolve', PAYMENT, '--undo', '--reason', 'Anna called')
  await fleet.converge()
  const undone = await zylos0t.client.call('conflict', { id: PAYMENT })
  if (undone.status === 'resolved' || undone.candidates.length !== 2)
    throw new Error('nothing was taken back')
  await tell.type(fleet, zylos0t, 'resolve', PAYMENT, '--value', 'Anna pays by card from May on')
}

async function tellOfBranches(fleet: Fleet, tell: Narrator, [, , cococlaw]: Nodes): Promise<void> {
  await tell.chapter('A sub-agent tries something in a branch, while work goes on')
  await tell.type(fleet, cococlaw, 'branch', 'what-if')
  await tell.type(fleet, cococlaw, 'update', 'deploy/window', 'Deploy on Fridays', '--branch', 'what-if')
  await tell.type(fleet, cococlaw, 'update', 'deploy/window', 'Deploy on Mondays')
  await tell.type(fleet, cococlaw, 'merge', 'what-if')
}

async function tellOfTaint(fleet: Fleet, tell: Narrator, [zylos01, zylos0t, cococlaw]: Nodes): Promise<void> {
  await tell.chapter('What was built upon a statement that may fall')
  const source = await zylos01.client.call('get', { id: ORION })
  const plan = await zylos0t.client.call('remember', {
    value: 'Tell Orion Ltd that the release moves by two weeks',
    key: 'todo/orion',
    derivedFrom: [source.id],
  })
  await cococlaw.client.call('get', { id: plan.id, after: [...plan.heads] })
  await cococlaw.client.call('remember', {
    value: 'The newsletter says that Orion is late',
    key: 'newsletter/orion',
    derivedFrom: [plan.id],
  })
  await fleet.converge()
  await tell.type(fleet, zylos01, 'taint', ORION)
}

/** Waits until a node sees a conflict settled or put off. @throws Error if that takes too long */
async function settled({ client }: FleetNode, id: string, patienceMs: number): Promise<Conflict> {
  const started = performance.now()
  for (;;) {
    const found = await client.call('conflict', { id }).catch(error => {
      if (codeOf(error) === 'not-found') return undefined
      throw error
    })
    if (found?.status === 'resolved' || found?.status === 'deferred') return found
    if (performance.now() - started > patienceMs)
      throw new Error(`${id} is still ${found?.status ?? 'quiet'}`)
    await sleep(POLL_MS)
  }
}
