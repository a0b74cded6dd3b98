/** What hostile members do. Each is called again and again while it is hostile; what it makes up follows from the seed. */
import {
  type EntryBytes,
  encodeCanonical,
  logId,
  MEMBERSHIP_SCOPE,
  type MeshId,
  parseScope,
  scopeId,
  sha256,
  signedBytes,
  toHex,
  utf8,
} from '@folkmoot/core'
import { EMPTY_FINGERPRINT } from '../../../packages/sync/src/fingerprint.ts'
import type { Message } from '../../../packages/sync/src/messages.ts'
import { changeBy, HandLog, type HandLogOptions } from '../../support/hand-log.ts'
import { randomPort } from '../random.ts'
import type { HostileActor, Page } from './actor.ts'
import { bombs } from './bombs.ts'

export type Behaviour = (actor: HostileActor) => void

/** Year 5138. */
const FAR_MS = 1e14
const FLOOD = 4_500
const VAULT = parseScope('app=vault')

/** A log of the actor's own, of a new incarnation each time, so that it can always begin again. */
function newLog(actor: HostileActor, over: HandLogOptions = {}): HandLog {
  const { mesh, secret } = actor.options
  const incarnation = actor.chance.between(1, 2 ** 40)
  const from = actor.options.now() - 60_000
  return new HandLog(mesh, secret, { incarnation, from, authority: actor.options.authority(), ...over })
}

function saltOf(actor: HostileActor): Uint8Array {
  return randomPort(`${actor.options.name} ${actor.chance.next()}`).bytes(16)
}

function saying(actor: HostileActor, log: HandLog, content: string) {
  return log.next(changeBy(log, [['put', 'content', content]], { salt: saltOf(actor) }))
}

/** A small log that all could let in. */
function goodRun(actor: HostileActor, over: HandLogOptions = {}): Page {
  const log = newLog(actor, over)
  return log.run(log.open(), saying(actor, log, 'hostile'))
}

function tell(actor: HostileActor, ...pages: readonly Page[]): void {
  if (actor.chance.hit(0.5)) for (const page of pages) actor.publish([page])
  else for (const peer of actor.peers) actor.offer(peer, ...pages)
}

function someHash(actor: HostileActor): string {
  return toHex(sha256(utf8(`${actor.options.name} ${actor.chance.next()}`)))
}

function flip(actor: HostileActor, bytes: Uint8Array): Uint8Array {
  const flipped = Uint8Array.from(bytes)
  const at = actor.chance.between(0, flipped.length - 1)
  flipped[at] = (flipped[at] ?? 0) ^ (1 << actor.chance.between(0, 7))
  return flipped
}

export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  /** Signs for others, and signs badly. */
  forger(actor) {
    const { chance, options } = actor
    const log = newLog(actor)
    const entries = [log.open(), saying(actor, log, 'forged')]
    const kind = chance.between(0, 3)
    if (kind === 0) {
      const last = entries.at(-1)?.bytes as EntryBytes
      tell(actor, [...log.run(...entries).slice(0, -1), { ...last, signature: new Uint8Array(64).fill(7) }])
      return
    }
    // In somebody else's name: a new log of theirs, the next entry of one that there is, or one of the membership.
    const victim = chance.pick(options.victims)
    const scope = kind === 3 ? MEMBERSHIP_SCOPE : log.ref.scope
    const own = new HandLog(options.mesh, options.secret, { authority: options.authority() })
    const over = { node: victim, scope, at: options.now() }
    const incarnation = kind === 1 ? chance.between(1, 2 ** 40) : 0
    const seq = kind === 1 ? 0 : chance.between(0, 9)
    const prev = seq === 0 ? ('' as const) : (someHash(actor) as never)
    const entry = own.next({ type: 'open', scope: own.scope }, { ...over, incarnation, seq, prev })
    const signature = options.signer.sign(signedBytes(entry.hash))
    tell(actor, [{ ...entry.bytes, signature }])
  },

  /** Old runs again, those of another mesh, and those of other logs where one is asked for. */
  replayer(actor) {
    const { chance, heard } = actor
    const kind = chance.between(0, 2)
    if (kind === 0 && heard.length > 0) actor.publish([chance.pick(heard), chance.pick(heard)])
    if (kind === 1) {
      const other = toHex(sha256(utf8('another mesh'))) as MeshId
      const log = new HandLog(other, actor.options.secret, { authority: actor.options.authority() })
      tell(actor, log.run(log.open(), saying(actor, log, 'of another mesh')))
    }
    if (kind === 2 && heard.length > 0) {
      for (const peer of actor.peers) actor.offer(peer, chance.pick(heard), goodRun(actor))
    }
  },

  /** Two histories, to different peers, and at last both to all. */
  equivocator(actor) {
    const { chance } = actor
    const incarnation = chance.between(1, 2 ** 40)
    const from = actor.options.now() - 60_000
    const [one, other] = [newLog(actor, { incarnation, from }), newLog(actor, { incarnation, from })]
    const common = chance.between(0, 3)
    const signsEach = chance.hit(0.5)
    const history = (log: HandLog, word: string, length: number): Page => {
      const entries = [log.open()]
      for (let at = 1; at <= common + length; at++) {
        const salt = sha256(utf8(`${incarnation} ${at}`)).subarray(0, 16)
        const said = at <= common ? 'the same' : word
        entries.push(log.next(changeBy(log, [['put', 'content', said]], { salt })))
      }
      return signsEach ? entries.map(entry => log.signed(entry)) : log.run(...entries)
    }
    const histories = [
      history(one, 'white', chance.between(1, 4)),
      history(other, 'black', chance.between(1, 4)),
    ]
    for (const peer of actor.peers) actor.offer(peer, chance.pick(histories))
    if (chance.hit(0.3)) actor.publish(histories)
  },

  /** From the far future, from just ahead of what is believed, and from long ago. */
  'clock liar'(actor) {
    const now = actor.options.now()
    const from = actor.chance.pick([FAR_MS, now + 4 * 60_000, now + 6 * 60_000, 1, now - 86_400_000])
    tell(actor, goodRun(actor, { from }))
    const log = newLog(actor)
    // And one whose time goes back.
    if (actor.chance.hit(0.3)) tell(actor, log.run(log.open(), log.next(new Uint8Array(3), { at: 5 })))
  },

  bomber(actor) {
    const log = newLog(actor)
    const bomb = actor.chance.pick(bombs(log, saltOf(actor)))
    if (bomb.length > 80_000) return
    tell(actor, log.run(log.open(), log.next(bomb), saying(actor, log, 'after the bomb')))
  },

  flooder(actor) {
    const root = someHash(actor).slice(0, 32)
    const message: Message = { kind: 'inSync', root: root as never }
    for (const peer of actor.peers) {
      for (let count = 0; count < FLOOD; count++) actor.say(peer, message)
    }
    actor.dial()
  },

  /** What is no message, or not for it to say. */
  babbler(actor) {
    const { chance } = actor
    for (const peer of actor.peers) {
      const page: Message = {
        kind: 'page',
        log: someHash(actor).slice(0, 32) as never,
        from: 0,
        more: false,
        entries: goodRun(actor),
      }
      const probe: Message = { kind: 'probe', summary: summaryOf(actor), pull: true }
      const cbor = encodeCanonical([chance.between(0, 12), 'what', { is: 'this' }])
      actor.say(peer, chance.pick([page, probe, cbor, flip(actor, cbor), new Uint8Array([0xff])]))
    }
    if (chance.hit(0.2)) actor.options.transport.publish(new Uint8Array([chance.between(0, 255), 1, 2]))
    actor.dial()
  },

  /** Asks for everything, by every name it can think of, and wants all confirmed. */
  reader(actor) {
    const { chance, options } = actor
    const vault = scopeId(options.mesh, VAULT)
    const prefix = chance.pick([
      '',
      vault,
      vault.slice(0, chance.between(1, 31)),
      someHash(actor).slice(0, 1),
    ])
    const known = [...actor.logs].slice(0, 8)
    for (const peer of actor.peers) {
      for (const tree of ['push', 'pull'] as const) {
        actor.say(peer, { kind: 'compare', tree, splits: [{ prefix, base: prefix, parts: [] }] })
        actor.say(peer, { kind: 'heads', tree, lists: [{ prefix, complete: true, items: [] }] })
      }
      const logs = options.victims.map(victim => logId(vault, victim, 0))
      const items = [...known, ...logs].map(log => ({ log, from: 0, bytesMax: 1e6 }))
      actor.say(peer, { kind: 'want', items })
      actor.say(peer, { kind: 'confirm', items: logs.map(log => ({ log, seq: chance.between(0, 3) })) })
      actor.say(peer, { kind: 'probe', summary: summaryOf(actor), pull: true })
    }
  },

  /** Names authorities that there are not, and writes where it may not. */
  usurper(actor) {
    const kind = actor.chance.between(0, 2)
    if (kind === 0) tell(actor, goodRun(actor, { authority: [someHash(actor) as never] }))
    if (kind === 1) tell(actor, goodRun(actor, { scope: VAULT }))
    if (kind === 2) tell(actor, goodRun(actor, { authority: [] }))
  },
}

function summaryOf(actor: HostileActor) {
  const root = someHash(actor).slice(0, 32) as never
  return { membership: actor.chance.hit(0.5) ? root : EMPTY_FINGERPRINT, push: root, pull: root }
}
