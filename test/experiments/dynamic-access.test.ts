/** A short run of the experiment: no reads outside of what is permitted, none inside denied, and plenty of both. */
import { expect, test } from 'vitest'
import { ASKERS, Author, changes, EDGES, mayRead, type Restriction, scheduleFor } from './dynamic-access.ts'
import { runAccess } from './run-access.ts'

test('the schedule has as many edges as the paper says, and takes none back before t5', () => {
  const schedule = scheduleFor('npm test')
  for (const graph of ['served', 'used'] as const) {
    expect(schedule.map(block => block[graph].size)).toEqual([...EDGES])
    const revoked = schedule.slice(1).map((block, t) => {
      const before = schedule[t]
      return before === undefined ? [] : changes(before[graph], block[graph]).revoked
    })
    expect(revoked.slice(0, 4).flat()).toEqual([])
    expect(revoked.slice(4).every(edges => edges.length === 5)).toBe(true)
  }
})

test('each part of the rule decides hundreds of cases: without it the oracle would answer otherwise', () => {
  const author = new Author('npm test')
  const without = { contributors: 0, resources: 0, owner: 0, serving: 0 }
  const nobody: ReadonlySet<string> = new Set()
  for (const block of scheduleFor('npm test')) {
    author.plan(block)
    const everybody = { ...block, served: new Set(ASKERS.map(({ user, agent }) => `${user} ${agent}`)) }
    for (const by of ASKERS) {
      for (const fragment of author.fragments) {
        const differs = (less: Partial<Restriction>) =>
          mayRead(by, { ...fragment, ...less }, block) !== mayRead(by, fragment, block) ? 1 : 0
        without.contributors += differs({ agents: nobody })
        without.resources += differs({ resources: nobody })
        without.owner += differs({ owner: null })
        without.serving += mayRead(by, fragment, everybody) !== mayRead(by, fragment, block) ? 1 : 0
      }
    }
  }
  for (const [part, cases] of Object.entries(without)) expect(cases, part).toBeGreaterThan(300)
})

test('nobody reads what the rule forbids, and everybody what it permits, on every path and node', async () => {
  const results = await runAccess({ seed: 'npm test', queries: 8, blocks: [1, 3, 6, 8] })
  for (const { block, faults, given, denied, refused, leaked } of results) {
    expect({ block, faults, denied, leaked }).toEqual({ block, faults: [], denied: 0, leaked: 0 })
    expect(given, block).toBeGreaterThan(100)
    expect(refused, block).toBeGreaterThan(100)
  }
}, 120_000)
