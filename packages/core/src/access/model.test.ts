/**
 * The two graphs of the Collaborative Memory paper, users and agents, agents and resources, drawn and erased edge by
 * edge as the simplest program would: the membership log, written one entry after the other, says the same of any time.
 */
import { type Body, parseScope, type Right } from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { admitBody, foldOf, nodeOf, START_MS, worldOf } from '../../../../test/support/membership-world.ts'

const AGENTS = ['a0', 'a1', 'a2']
const USERS = ['u0', 'u1', 'v0']
const RESOURCES = ['crm', 'crm-eu', 'wiki']
const USER_GLOBS = ['user=u0', 'user=u*', 'user=*', '*', 'user=v0']
const RESOURCE_GLOBS = ['crm', 'crm*', '*', 'wiki']

const step = fc.record({
  what: fc.constantFrom('grant', 'grant', 'grant', 'revoke', 'admit', 'remove'),
  by: fc.nat(1),
  agent: fc.nat(2),
  glob: fc.nat(4),
  isResource: fc.boolean(),
  rights: fc.subarray<Right>(['read', 'write'], { minLength: 1 }),
  lasts: fc.option(fc.nat(20), { nil: undefined }),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

interface Edge {
  readonly agent: string
  readonly kind: Right | 'use'
  readonly glob: string
  readonly until: number
}

/** What is true now, and nothing else. */
class Model {
  readonly present = new Set(AGENTS)
  edges: Edge[] = []

  take({ what, agent, glob, isResource, rights, lasts }: Step, at: number): void {
    const name = AGENTS[agent] as string
    if (what === 'admit') this.present.add(name)
    else if (what === 'remove') this.present.delete(name)
    else {
      const kinds = isResource ? (['use'] as const) : rights
      const text = (isResource ? RESOURCE_GLOBS[glob % 4] : USER_GLOBS[glob]) as string
      if (what === 'grant') {
        const until = lasts === undefined ? Number.POSITIVE_INFINITY : at + lasts
        for (const kind of kinds) this.edges.push({ agent: name, kind, glob: text, until })
      } else {
        this.edges = this.edges.filter(edge => {
          const isMeant = edge.agent === name && kinds.some(kind => kind === edge.kind)
          return !isMeant || !isLess(edge, text)
        })
      }
    }
  }

  may(agent: string, kind: Edge['kind'], value: string, at: number): boolean {
    if (!this.present.has(agent)) return false
    return this.edges.some(
      edge => edge.agent === agent && edge.kind === kind && at <= edge.until && fits(bare(edge.glob), value),
    )
  }
}

/** Every user is less than everything. */
function isLess({ glob, kind }: Edge, text: string): boolean {
  if (text === '*') return true
  return (kind === 'use' || glob !== '*') && fits(bare(text), bare(glob))
}

function bare(glob: string): string {
  return glob.replace('user=', '')
}

function fits(glob: string, value: string): boolean {
  return glob.endsWith('*') ? value.startsWith(glob.slice(0, -1)) : glob === value
}

function bodyOf({ what, agent, glob, isResource, rights, lasts }: Step, at: number): Body {
  const name = AGENTS[agent] as string
  if (what === 'admit') return admitBody(name)
  if (what === 'remove') return { type: 'remove', node: nodeOf(name), cuts: [] }
  const until = lasts === undefined || what === 'revoke' ? {} : { until: START_MS + at + lasts }
  const permission = isResource
    ? { resource: RESOURCE_GLOBS[glob % 4] as string, ...until }
    : { scope: USER_GLOBS[glob] as string, rights, ...until }
  if (what === 'grant') return { type: 'grant', to: { agent: name }, permission }
  return { type: 'revoke', to: { agent: name }, permission, cuts: [] }
}

test('[A9] the graphs are those that a plain program draws, now and as of any time', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 30, size: 'max' }), history => {
      const world = worldOf(['ann', 'bob'])
      const hands = [world.hand('ann'), world.hand('bob')] as const
      for (const name of AGENTS) hands[0].write(admitBody(name), { at: 1 })
      hands[1].hear(hands[0])
      const model = new Model()
      const drawn: { at: number; answers: boolean[] }[] = []
      const grid = (ask: (agent: string, kind: Edge['kind'], value: string) => boolean) =>
        AGENTS.flatMap(agent => [
          ...USERS.flatMap(user => [ask(agent, 'read', user), ask(agent, 'write', user)]),
          ...RESOURCES.map(resource => ask(agent, 'use', resource)),
        ])
      for (const [i, next] of history.entries()) {
        const at = 10 * (i + 1)
        hands[next.by as 0 | 1].write(bodyOf(next, at), { at })
        for (const hand of hands) hand.hear(...hands)
        model.take(next, at)
        for (const moment of [at, at + 9]) {
          drawn.push({
            at: moment,
            answers: grid((agent, kind, value) => model.may(agent, kind, value, moment)),
          })
        }
      }
      for (const membership of [hands[0].membership, foldOf(world.mesh, [...hands[1].facts].reverse())]) {
        for (const { at, answers } of drawn) {
          const found = grid((agent, kind, value) => {
            const reader = { node: nodeOf(agent), agent }
            if (kind === 'use') return membership.mayUse(reader, value, START_MS + at)
            const can = membership.can(reader, kind, parseScope(`user=${value}`), START_MS + at)
            if (kind === 'read') expect(membership.mayServe(agent, value, START_MS + at)).toBe(can)
            return can
          })
          expect(found).toEqual(answers)
        }
      }
    }),
    { numRuns: 150 },
  )
})
