/** What holds of every row, whatever its authors wrote. */
import {
  CLAIM_MS_MAX,
  type Conflict,
  canonicalJson,
  conflictId,
  type DocumentRow,
  disagree,
  holderAt,
  type Json,
  type Resolution,
  SUSPICION,
  statusAt,
} from '@folkmoot/core'
import { Fault } from '../target.ts'

const HASH = /^[0-9a-f]{64}$/

/** @throws Fault */
export function checkRow(row: DocumentRow): void {
  const text = canonicalJson(row as unknown as Json)
  if (canonicalJson(JSON.parse(text)) !== text) throw new Fault('the row is not JSON')
  if (!HASH.test(row.digest)) throw new Fault('no digest')
  for (const conflict of row.conflicts) checkConflict(row, conflict)
  for (const [register, siblings] of Object.entries(row.registers)) {
    const conflict = row.conflicts.find(one => one.register === register)
    if (conflict?.status === 'resolved' && register !== SUSPICION && disagree(siblings))
      throw new Fault(`${register} is settled and in dispute`)
  }
}

function checkConflict(row: DocumentRow, conflict: Conflict): void {
  const { id, register, status, candidates, importance, since, claims, resolution } = conflict
  const holds = (what: string, isSo: boolean) => {
    if (!isSo) throw new Fault(`${what}: ${JSON.stringify(conflict)}`)
  }
  holds('its id', id === conflictId(row.id, register) && row.registers[register] !== undefined)
  holds('once for each register', row.conflicts.filter(one => one.register === register).length === 1)
  holds('importance', importance >= 0 && importance <= 1)
  holds('since', Number.isSafeInteger(since) && since >= 0)
  holds('candidates', candidates.length > 0)
  holds('sides', status === 'resolved' || register === SUSPICION || disagree(candidates))
  holds('settled by something', (status === 'resolved' || status === 'deferred') === (resolution !== null))
  holds('put off', status !== 'deferred' || resolution?.kind === 'defer')
  holds('claimed by nobody', status !== 'open' || claims.length === 0)
  holds('claims', status !== 'claimed' || claims.length > 0)
  for (const { at, until } of claims) holds('until', Number.isFinite(until) && until <= at + CLAIM_MS_MAX)
  for (const now of [0, since, Number.MAX_SAFE_INTEGER]) {
    const holder = holderAt(conflict, now)
    holds('its holder', statusAt(conflict, now) !== 'claimed' || holder !== undefined)
  }
  for (const one of [resolution, conflict.reopened, ...conflict.overruled]) checkResolution(one, holds)
}

function checkResolution(one: Resolution | null, holds: (what: string, isSo: boolean) => void): void {
  if (one === null) return
  holds('who and when', HASH.test(one.entry) && Number.isSafeInteger(one.at))
  holds('judge', ['person', 'model', 'rule'].includes(one.judge))
  holds('share', one.confidence === null || (one.confidence >= 0 && one.confidence <= 1))
  holds('pick', one.pick === null || (Number.isSafeInteger(one.pick) && one.pick >= 1))
  const texts = [one.reason, one.rule, one.model, one.promptHash]
  holds(
    'texts',
    texts.every(text => text === null || typeof text === 'string'),
  )
  const lists = [one.supersedes, one.undoes, one.restores]
  holds(
    'lists',
    lists.every(list => list.every(entry => typeof entry === 'string')),
  )
}
