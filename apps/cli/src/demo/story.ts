/** The main job, end to end: three agents, one memory, no server. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Convergence, Fleet, FleetNode } from './fleet.ts'
import type { Narrator } from './narrator.ts'

export interface Figures {
  /** Milliseconds until all state roots were equal, by what had happened before. */
  readonly convergence: { readonly [what: string]: number }
}

const FACTS: readonly (readonly [node: number, key: string, text: string])[] = [
  [0, 'customer/anna/seat', 'Anna asks for an aisle seat on every flight'],
  [1, 'customer/anna/diet', 'Anna eats vegetarian on board'],
  [2, 'deploy/window', 'Deployments go out on Tuesdays before noon'],
  [0, 'invoice/format', 'Invoices to Orion Ltd need a purchase order number'],
  [1, 'escalation/owner', 'Refunds above 500 euros are decided by Marta'],
  [2, 'runbook/cache', 'When the cache is cold, warm it from the replica first'],
]

/** @throws Error where something did not happen as it should: what is shown is checked, not assumed */
export async function tellStory(fleet: Fleet, tell: Narrator): Promise<Figures> {
  const convergence: { [what: string]: number } = {}
  const agree = async (what: string): Promise<Convergence> => {
    const found = await fleet.converge()
    convergence[what] = found.ms
    const roots = await fleet.roots()
    await tell.agreement(
      found.ms,
      fleet.nodes.map(({ name }, i) => ({ name, root: roots[i] ?? '' })),
    )
    return found
  }

  await tell.chapter('Three agents start, each with a node of its own; two join with a ticket')
  const zylos01 = await fleet.start('zylos01', 'billing')
  const zylos0t = await fleet.start('zylos0t', 'support')
  const cococlaw = await fleet.start('cococlaw', 'operations')
  const nodes = [zylos01, zylos0t, cococlaw] as const
  for (const { name, ready } of nodes) await tell.say(`${name.padEnd(10)} pid ${ready.pid}, ${ready.node}`)
  await connected(nodes)

  await tell.chapter('Each remembers what it has learned')
  for (const [i, key, text] of FACTS)
    await (nodes[i] as FleetNode).client.call('remember', { value: text, key })
  await tell.say(`${FACTS.length} memories written, two by each agent, at once`)
  await agree('first memories')
  await tell.type(fleet, cococlaw, 'search', 'aisle seat')

  await tell.chapter('The network between them is cut, and work goes on')
  fleet.cut()
  await tell.say('every TCP connection destroyed, new ones refused')
  const before = new Date().toISOString()
  await sleep(5)
  await tell.type(
    fleet,
    zylos01,
    'remember',
    'Anna asks for a window seat now',
    '--key',
    'customer/anna/seat',
    '--reason',
    'said on the phone today',
  )
  await tell.type(
    fleet,
    zylos0t,
    'remember',
    'Anna asks for an exit row seat',
    '--key',
    'customer/anna/seat',
    '--reason',
    'wrote by e-mail today',
  )
  for (let i = 1; i <= 20; i++) {
    await cococlaw.client.call('remember', {
      value: `Check ${i} of the nightly backup passed`,
      tags: ['backup'],
    })
  }
  await tell.say('cococlaw, alone as well, wrote 20 memories')
  const apart = new Set(await fleet.roots()).size
  await tell.say(`${apart} different states while apart`)
  if (apart !== 3) throw new Error('the cut did not cut')

  await tell.chapter('The cut heals, and the disagreement shows')
  fleet.heal()
  await agree('after the cut')
  await tell.type(fleet, cococlaw, 'conflicts')
  const [conflict] = await cococlaw.client.call('conflicts', {})
  if (conflict === undefined || conflict.candidates.length !== 2) throw new Error('the conflict was lost')

  await tell.chapter('A third node settles it, and all agree')
  await tell.type(
    fleet,
    cococlaw,
    'resolve',
    conflict.id,
    '--pick',
    '1',
    '--reason',
    'the phone call was recorded',
  )
  await agree('settlement')
  await tell.type(fleet, zylos0t, 'get', 'customer/anna/seat')

  await tell.chapter('One node is killed, restarted, and catches up')
  await fleet.kill(zylos0t)
  await tell.say('zylos0t got SIGKILL')
  for (let i = 21; i <= 40; i++) {
    await zylos01.client.call('remember', {
      value: `Check ${i} of the nightly backup passed`,
      tags: ['backup'],
    })
  }
  await tell.say('zylos01 wrote 20 memories meanwhile')
  await fleet.restart(zylos0t)
  await agree('restart after SIGKILL')
  await tell.type(fleet, zylos0t, 'list', '--tag', 'backup', '--limit', '3')

  await tell.chapter('What did they believe before the cut?')
  await tell.type(fleet, zylos0t, 'get', 'customer/anna/seat', '--at', before)
  return { convergence }
}

/** Waits until every node sees every other: tickets name only the first. */
async function connected(nodes: readonly FleetNode[]): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const peers = await Promise.all(nodes.map(({ client }) => client.call('peers', {})))
    if (peers.every(seen => seen.filter(peer => peer.connected).length === nodes.length - 1)) return
    await sleep(20)
  }
  throw new Error('the nodes did not find each other')
}
