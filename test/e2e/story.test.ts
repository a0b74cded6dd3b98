import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Fleet } from '../../apps/cli/src/demo/fleet.ts'
import { Narrator } from '../../apps/cli/src/demo/narrator.ts'
import { replay, type Turn } from '../../apps/cli/src/demo/replay.ts'
import { tellStory } from '../../apps/cli/src/demo/story.ts'
import { createPaint } from '../../apps/cli/src/print/screen.ts'

// Goal: what `npm start` shows is true. Method: the same story with the built command, three processes over TCP,
// a real cut and a real SIGKILL; then the state is asked from every node through its socket.

let home: string
let fleet: Fleet
let told: string
const narrator = () =>
  new Narrator(async text => {
    told += text
  }, createPaint(false))

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'folkmoot-e2e-'))
  fleet = new Fleet(home)
  told = ''
})

afterEach(async () => {
  await fleet.close()
  await rm(home, { recursive: true, force: true })
})

test('three agents, a cut, a conflict, a settlement, a crash: every node agrees', {
  timeout: 120_000,
}, async () => {
  await tellStory(fleet, narrator())
  expect(new Set(await fleet.roots()).size).toBe(1)
  for (const { client } of fleet.nodes) {
    const memory = await client.call('get', { id: 'customer/anna/seat' })
    expect(memory).toMatchObject({ status: 'resolved', value: 'Anna asks for a window seat now' })
    const [conflict] = await client.call('conflicts', { all: true })
    expect(conflict?.candidates.map(({ value, agent }) => `${agent}: ${value}`)).toEqual([
      'billing: Anna asks for a window seat now',
      'support: Anna asks for an exit row seat',
    ])
    expect(conflict?.resolution).toMatchObject({ reason: 'the phone call was recorded' })
    expect(await client.call('verify', {})).toMatchObject({ valid: true })
    expect((await client.call('list', { tag: 'backup', limit: 100 })).length).toBe(40)
  }
  expect(told).toContain('Anna asks for an aisle seat on every flight')
})

test('dialogues written by three nodes through a cut arrive whole', { timeout: 120_000 }, async () => {
  for (const name of ['one', 'two', 'three']) await fleet.start(name)
  const speakers = ['Ann', 'Bob', 'Cid']
  const turns = Array.from({ length: 240 }, (_, i): Turn => {
    const speaker = speakers[i % 3] ?? ''
    const metadata = { speaker, turn: `D1:${i}`, date: '1:56 pm on 8 May, 2023' }
    return { speaker, value: `Turn ${i} is said`, kind: 'episodic', thread: 'talk', position: i, metadata }
  })
  const figures = await replay(fleet, turns, narrator())
  expect(figures.turns).toBe(240)
  expect(new Set(await fleet.roots()).size).toBe(1)
})
