/** What is said in the membership log: everybody is judged by it, so nothing in it may bring a node down. */
import { decodeBody, encodeBody, isMembership, limits } from '@folkmoot/core'
import { provenFork } from '../../../packages/core/src/access/fork-proof.ts'
import { malformation } from '../../../packages/core/src/access/malformed.ts'
import { changeBy, HandLog, MembershipLog } from '../../support/hand-log.ts'
import { deliver, type TestNode, testMesh } from '../../support/replicas.ts'
import { Fault, oneForm, type Target } from '../target.ts'
import { DOCUMENT_BODIES, FORK, MEMBERSHIP_BODIES, MESH } from './samples.ts'

/** Inputs that one mesh takes before it is made anew: its answers get slower with what it holds. */
const INPUTS_PER_MESH = 64

export const MEMBERSHIP_TARGETS: readonly Target[] = [
  ...MEMBERSHIP_BODIES.map(({ type }, index): Target => {
    const alike = MEMBERSHIP_BODIES.slice(0, index).filter(body => body.type === type).length
    const [body] = [MEMBERSHIP_BODIES[index]]
    return {
      name: `membership body: ${type}${alike === 0 ? '' : ` ${alike + 1}`}`,
      shape: 'cbor',
      samples: () => (body === undefined ? [] : [encodeBody(body)]),
      bytesMax: limits.PAYLOAD_BYTES_MAX,
      take: input => {
        oneForm(decodeBody, encodeBody)(input)
        const said = decodeBody(input)
        if (isMembership(said)) malformation({ hash: '00' as never, node: 'nobody' }, said, MESH)
        return true
      },
    }
  }),
  {
    name: 'fork proof',
    shape: 'cbor',
    samples: () => [encodeBody(FORK)],
    bytesMax: limits.PAYLOAD_BYTES_MAX,
    cost: 4,
    take: input => {
      const body = decodeBody(input)
      return body.type === 'fork' && provenFork(MESH, body) !== undefined
    },
  },
  {
    name: 'membership entry, taken in',
    shape: 'cbor',
    samples: () => MEMBERSHIP_BODIES.map(encodeBody),
    bytesMax: limits.PAYLOAD_BYTES_MAX - 28,
    cost: 40,
    take: takenIn(name => new MembershipLogs(name)),
  },
  {
    name: 'document entry, taken in',
    shape: 'cbor',
    samples: () => DOCUMENT_BODIES.map(encodeBody),
    bytesMax: limits.PAYLOAD_BYTES_MAX - 28,
    cost: 40,
    take: takenIn(name => new ScopeLogs(name)),
  },
]

/** Who writes: the next entry of whichever log, as its author would sign it. */
interface Writing {
  readonly log: HandLog
  open(): void
}

class MembershipLogs implements Writing {
  readonly log: HandLog
  constructor(name: string) {
    this.log = new MembershipLog(mesh().id, name, { incarnation: 1 })
  }
  open(): void {}
}

class ScopeLogs implements Writing {
  readonly log: HandLog
  constructor(name: string) {
    this.log = new HandLog(mesh().id, name, { incarnation: 1 })
  }
  open(): void {
    const opening = this.log.open()
    const first = this.log.next(changeBy(this.log, [['put', 'content', 'x']]))
    deliver(mesh().reader, { entries: this.log.run(opening, first) }, this.log.signer.node)
  }
}

interface Mesh {
  readonly id: ReturnType<typeof testMesh>['mesh']
  readonly reader: TestNode
}

let current: Mesh | undefined

function mesh(): Mesh {
  if (current === undefined) {
    const { mesh: id, nodes } = testMesh(['ann', 'mal'])
    current = { id, reader: nodes[1] as TestNode }
  }
  return current
}

/** The bytes as the payload of a signed entry, of an admin and of a plain member in turn. */
function takenIn(writingAs: (name: string) => Writing): Target['take'] {
  let taken = 0
  let writers: readonly Writing[] = []
  return input => {
    if (taken++ % INPUTS_PER_MESH === 0) {
      current = undefined
      writers = ['ann', 'mal'].map(writingAs)
      for (const writer of writers) writer.open()
    }
    const { log } = writers[taken % writers.length] as Writing
    const entry = log.next(input)
    const { reader } = mesh()
    const outcome = deliver(reader, { entries: [log.signed(entry)] }, log.signer.node)
    ask(reader)
    if (outcome.refusal?.reason.includes('\n')) throw new Fault('a reason of several lines')
    return outcome.accepted === 1
  }
}

/** Every answer that a membership gives, whatever was put into it. */
function ask({ replica, node, clock }: TestNode): void {
  const { membership } = replica
  const nowMs = clock.now()
  for (const { node: member, agent } of membership.members()) {
    membership.isAdmin(member, nowMs)
    membership.mayServe(agent, 'alice', nowMs)
    membership.can({ node: member, agent }, 'read', 'user=alice' as never, nowMs)
    membership.mayUse({ node: member, agent }, 'crm', nowMs)
  }
  membership.edges()
  membership.authorityHeads()
  for (const scope of membership.keyedScopes()) membership.keysOf(scope)
  for (const { erasure } of membership.erasures()) membership.receipts(erasure)
  for (const { log } of membership.forks()) membership.forkOf(log)
  membership.relays(node, nowMs)
}
