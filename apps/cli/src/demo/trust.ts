/** Chapters on who may read, and on what is forgotten. */
import type { Fleet } from './fleet.ts'
import type { Narrator } from './narrator.ts'

const CARD = 'user=anna,agent=billing'

/** Told last: from here on the nodes do not see the same. @throws Error where something did not happen as it should */
export async function tellOfTrust(fleet: Fleet, tell: Narrator): Promise<void> {
  const [zylos01, zylos0t, cococlaw] = fleet.nodes
  if (zylos01 === undefined || zylos0t === undefined || cococlaw === undefined) throw new Error('three nodes')
  await tell.chapter('What billing keeps to itself, and who may see what')
  await zylos01.client.call('remember', { value: 'The card on file ends in 4242', key: 'card', scope: CARD })
  const seen = await zylos0t.client.call('list', { scope: CARD })
  if (seen.length > 0) throw new Error('support sees the tier of billing')
  await tell.say(`billing wrote to ${CARD}; support, asked for it, lists ${seen.length} memories there`)
  await tell.type(fleet, zylos01, 'access', '--scope', CARD)

  await tell.chapter('What is erased is gone on every node, and each has signed for it')
  const [diet] = await cococlaw.client.call('search', { query: 'vegetarian' })
  if (diet === undefined) throw new Error('the memory to erase is not there')
  await tell.type(fleet, cococlaw, 'erase', diet.id, '--wait')
  await tell.type(fleet, zylos01, 'erase', '--status')
  const left = await zylos01.client.call('search', { query: 'vegetarian' })
  if (left.length > 0) throw new Error('what was erased is still found')
}
