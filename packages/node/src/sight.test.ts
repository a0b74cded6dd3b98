import type {
  Access,
  DocumentRow,
  NodeId,
  Permission,
  Replica,
  RowAccess,
  ScopeAddress,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { narrowed, type Principal } from './principal.ts'
import { Sight } from './sight.ts'
import { Verdicts } from './verdicts.ts'

const node = (name: string) => `node of ${name}` as NodeId
const row = (scope: string, over: Partial<RowAccess> = {}): RowAccess => ({
  ...{ scope: scope as ScopeAddress, authors: [node('cook')], contributors: [], resources: [] },
  ...over,
})

interface World {
  version: number
  now: number
  asked: number
  /** `agent right scope`, `agent uses resource`, `agent serves user`. */
  edges: Set<string>
}

const EDGES = [
  'cook read app=a',
  'cook read user=ann',
  'cook read user=bob',
  'cook write user=ann',
  'cook uses web',
  'cook serves ann',
  'cook serves bob',
  'maid read app=a',
  'maid uses web',
  'maid serves bob',
]

function world(...edges: readonly string[]) {
  const state: World = { version: 1, now: 1000, asked: 0, edges: new Set([...EDGES, ...edges]) }
  const has = (edge: string) => {
    state.asked += 1
    return state.edges.has(edge)
  }
  const access: Pick<Access, 'version' | 'can' | 'mayUse' | 'mayServe'> & object = {
    get version() {
      return state.version
    },
    can: (reader, right, scope) =>
      reader.node === node(reader.agent) && has(`${reader.agent} ${right} ${scope}`),
    mayUse: (reader, resource) => has(`${reader.agent} uses ${resource}`),
    mayServe: (agent, user) => has(`${agent} serves ${user}`),
  }
  const people = {
    member: (its: NodeId) =>
      its === node('ghost') ? undefined : { node: its, agent: its.slice('node of '.length) },
    members: () => ['cook', 'maid'].map(agent => ({ node: node(agent), agent })),
  }
  const membership = Object.defineProperties(people, Object.getOwnPropertyDescriptors(access))
  const replica = { membership } as unknown as Replica
  const owner: Principal = { reader: { node: node('cook'), agent: 'cook' }, limits: [], isOwner: true }
  const as = (...narrowing: Parameters<typeof narrowed>[1][]) =>
    new Sight(replica, narrowing.reduce(narrowed, owner), () => state.now)
  return { state, as }
}

describe('an agent that asks for itself', () => {
  const sight = world().as()

  test.each<[boolean, string, RowAccess]>([
    [true, 'of a scope that it may read', row('app=a')],
    [false, 'of another', row('app=b')],
    [true, 'of any user it reads', row('user=bob')],
    [true, 'by whomever', row('app=a', { authors: [node('ghost'), node('maid')], contributors: ['thief'] })],
    [true, 'with resources that it may use', row('app=a', { resources: ['web'] })],
    [false, 'with one that it may not', row('app=a', { resources: ['web', 'vault'] })],
  ])('sees %s what is %s', (seen, _, access) => {
    expect(sight.mayRead(access)).toBe(seen)
  })
})

describe('in the service of ann', () => {
  const sight = world().as({ user: 'ann' })

  test.each<[boolean, string, RowAccess]>([
    [true, 'hers', row('user=ann')],
    [false, "another user's", row('user=bob')],
    [true, 'nobody’s in particular', row('app=a')],
    [false, 'by an agent that may not serve her', row('app=a', { authors: [node('cook'), node('maid')] })],
    [false, 'derived from what such an agent said', row('app=a', { contributors: ['maid'] })],
    [true, 'derived from what her own agent said', row('app=a', { contributors: ['cook'] })],
    [false, 'by an author whom nobody knows', row('app=a', { authors: [node('ghost')] })],
  ])('sees %s what is %s', (seen, _, access) => {
    expect(sight.mayRead(access)).toBe(seen)
  })

  test('an agent that may not serve somebody sees nothing for them', () => {
    const cleo = world().as({ user: 'cleo' })
    expect(cleo.mayRead(row('app=a', { authors: [] }))).toBe(false)
  })

  test('what is said for her goes where it is hers', () => {
    const { as } = world('cook write user=bob', 'cook write app=a')
    const ann = as({ user: 'ann' })
    expect(['user=ann', 'user=bob', 'app=a'].map(scope => ann.mayWrite(scope as ScopeAddress))).toEqual([
      true,
      false,
      true,
    ])
    expect(() => ann.checkWrite('user=bob' as ScopeAddress)).toThrow('without the right to write in user=bob')
  })
})

describe('within limits', () => {
  const scoped = (
    scope: string,
    ...rights: Extract<Permission, { scope: string }>['rights']
  ): Permission => ({
    scope,
    rights,
  })

  test('patterns narrow scopes and rights, and add none', () => {
    const { as } = world()
    const sight = as({ permissions: [scoped('user=*', 'read'), scoped('app=b', 'read', 'write')] })
    const seen = ['user=ann', 'user=bob', 'app=a', 'app=b'].map(scope => sight.mayRead(row(scope)))
    expect(seen).toEqual([true, true, false, false])
    expect(sight.mayWrite('user=ann' as ScopeAddress)).toBe(false)
    expect(as({ permissions: [] }).mayRead(row('user=ann'))).toBe(false)
  })

  test('resources are free until one is named', () => {
    const { as } = world('cook uses crm')
    const crm = row('app=a', { resources: ['crm'] })
    const web = row('app=a', { resources: ['web'] })
    expect([crm, web].map(as({ permissions: [scoped('app=a', 'read')] }).mayRead)).toEqual([true, true])
    expect([crm, web].map(as({ permissions: [{ resource: 'c*' }] }).mayRead)).toEqual([true, false])
  })

  test('of another agent, both must have the right', () => {
    const { as } = world('maid read app=c')
    const maid = as({ agent: 'maid' })
    const seen = ['app=a', 'user=ann', 'app=c'].map(scope => maid.mayRead(row(scope)))
    expect(seen).toEqual([true, false, false])
    expect(as({ agent: 'nobody' }).mayRead(row('app=a'))).toBe(false)
    expect(as({ agent: 'maid', user: 'ann' }).mayRead(row('app=a'))).toBe(false)
    expect(as({ agent: 'maid', user: 'bob' }).mayRead(row('app=a', { authors: [node('maid')] }))).toBe(true)
  })

  test('every limit of a view of a view applies, and a user stays', () => {
    const { as } = world()
    const first = { permissions: [scoped('user=*', 'read')], user: 'ann' }
    const sight = as(first, { permissions: [scoped('user=ann', 'read'), scoped('app=a', 'read')] })
    expect(['user=ann', 'app=a'].map(scope => sight.mayRead(row(scope)))).toEqual([true, false])
    expect(() => as(first, { user: 'bob' })).toThrow('serves ann')
    expect(as(first, {}).principal.isOwner).toBe(false)
  })

  test('they end with their time, and with the token that they came with', () => {
    const { as, state } = world()
    let stands = true
    const until = as({ permissions: [{ ...scoped('app=a', 'read'), until: 5000 }] })
    const token = as({ holds: () => stands })
    expect([until, token].map(sight => sight.mayRead(row('app=a')))).toEqual([true, true])
    stands = false
    state.now = 5000
    expect([until, token].map(sight => sight.mayRead(row('app=a')))).toEqual([false, false])
  })
})

describe('verdicts', () => {
  test('are kept for a second, and until rights change', () => {
    const { as, state } = world()
    const sight = as()
    const ask = () => sight.mayRead(row('app=a'))
    expect(ask()).toBe(true)
    const once = state.asked
    expect([ask(), sight.mayRead({ ...row('app=a'), digest: 'x' } as unknown as DocumentRow)]).toEqual([
      true,
      true,
    ])
    expect(state.asked).toBe(once)
    state.edges.delete('cook read app=a')
    expect(ask()).toBe(true)
    state.version += 1
    expect(ask()).toBe(false)
    state.edges.add('cook read app=a')
    state.now += 1000
    expect(ask()).toBe(true)
    state.edges.clear()
    state.now -= 5
    expect(ask()).toBe(false)
  })

  test('of one object are not looked for by name', () => {
    let judged = 0
    const verdicts = new Verdicts(
      () => 1,
      () => 0,
      () => {
        judged += 1
        return true
      },
    )
    const access = row('app=a')
    for (let i = 0; i < 3; i++) expect(verdicts.of(access)).toBe(true)
    expect(verdicts.of(row('app=a'))).toBe(true)
    expect(judged).toBe(1)
  })
})
