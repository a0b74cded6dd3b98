/**
 * Folkmoot beside what people use today: one run, one machine, the same records, every store in its own process.
 *
 *   npm run bench                 everything, three rounds
 *   npm run bench -- --quick      one round, fewer records
 *   npm run bench -- --alone      only Folkmoot
 *   npm run bench -- --only trust one part of what is measured of Folkmoot alone: trust, membership,
 *                                 rekey or arbitration
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { arbitrationTask, seenTask, spreadOf, tookText } from './arbitration.ts'
import { membershipTask } from './membership.ts'
import { rekeyTask } from './rekey.ts'
import { median, spread } from './statistics.ts'
import { batched, catchUp, getCommand, growth, latency, opening, reconnect, singles } from './tasks.ts'
import { trustLine, trustTask } from './trust.ts'

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, alone: { type: 'boolean' }, only: { type: 'string' } },
})
const ROUNDS = flags.quick === true ? 1 : 3
const RECORDS = flags.quick === true ? 1000 : 2000
const MANY = flags.quick === true ? 20_000 : 100_000
const PEERS = ['automerge-repo', 'orbitdb', 'redis'] as const
const PEERS_DIR = fileURLToPath(new URL('peers', import.meta.url))
const run = promisify(execFile)

type Task = 'writes' | 'batch' | 'catchup'
const OURS: { readonly [task in Task]: () => Promise<number> } = {
  writes: () => singles(RECORDS * 2),
  batch: () => batched(RECORDS * 10),
  catchup: async () => (await catchUp(RECORDS * 10)).perSecond,
}

const results: { [what: string]: unknown } = {}
const say = (text: string) => process.stdout.write(`${text}\n`)

say(
  `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'cpu'}, ${ROUNDS} rounds: median (min–max)\n`,
)
if (flags.only === undefined) {
  if (flags.alone !== true) await installPeers()
  for (const task of Object.keys(OURS) as Task[]) await sideBySide(task)
  await alone()
}
await trusted()
if (flags.only === undefined || flags.only === 'arbitration') await disagreeing()
if (flags.only === undefined)
  await writeFile(new URL('results/latest.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`)

/** Rounds take turns, so that a change of the machine's speed hits all alike. */
async function sideBySide(task: Task): Promise<void> {
  const found: { [name: string]: number[] } = { folkmoot: [] }
  const notes: { [name: string]: string } = {}
  for (let round = 0; round < ROUNDS; round++) {
    found.folkmoot?.push(await OURS[task]())
    if (flags.alone === true) continue
    for (const peer of PEERS) {
      const answer = await runPeer(peer, task)
      if (typeof answer === 'number') found[peer] = [...(found[peer] ?? []), answer]
      else notes[peer] = answer
    }
  }
  results[task] = { perSecond: found, notes }
  say(`${task}, records per second`)
  for (const [name, rates] of Object.entries(found)) {
    const ratio = median(found.folkmoot ?? []) / median(rates)
    say(
      `  ${name.padEnd(16)} ${spread(rates).padStart(24)}${name === 'folkmoot' ? '' : `   folkmoot is ${ratio.toFixed(1)}x`}`,
    )
  }
  for (const [name, note] of Object.entries(notes)) say(`  ${name.padEnd(16)} ${note}`)
}

function show(what: string, value: string, raw: unknown): void {
  results[what] = raw
  say(`  ${what.padEnd(52)} ${value}`)
}

/** What it costs that not everybody may do everything. */
async function trusted(): Promise<void> {
  const isWanted = (part: string) => flags.only === undefined || flags.only === part
  say('\ntrust')
  if (isWanted('trust')) {
    const sizes = { writes: RECORDS * 2, records: RECORDS * 10, rounds: ROUNDS }
    for (const cost of await trustTask(sizes))
      show(`${cost.what}/s, sealed and 100 grants`, trustLine(cost), cost)
  }
  if (isWanted('membership')) {
    const cost = membershipTask()
    const { resolveMs, addUs, authoriseUs, authoriseAgainUs, readUs } = cost
    show('300 nodes, 3,000 grants: resolve, ms', resolveMs.toFixed(0), cost)
    show('  one entry more, us', addUs.toFixed(0), addUs)
    show(
      '  may this be written: first, again, us',
      `${authoriseUs.toFixed(1)} ${authoriseAgainUs.toFixed(1)}`,
      null,
    )
    show('  may this be read, us', readUs.toFixed(1), readUs)
  }
  if (isWanted('rekey')) {
    const cost = await rekeyTask(flags.quick === true ? { rounds: 3 } : {})
    show(`new key after a removal, ${cost.readers} readers, ms`, spread(cost.milliseconds), cost)
    show('  its entry, bytes', String(cost.bytes), cost.bytes)
  }
}

/** What it costs that agents contradict each other. */
async function disagreeing(): Promise<void> {
  say('\ndisagreement')
  const cost = await arbitrationTask(flags.quick === true ? 2000 : 10_000)
  const { conflicts, decided, written, updated } = cost
  show(`${conflicts} conflicts decided by rule, ms`, tookText(decided), cost)
  show('  decided and on disk, ms', tookText(written), null)
  show('  as many memories updated, ms', tookText(updated), null)
  const seen = await seenTask(flags.quick === true ? 50 : 300)
  for (const { name, ms } of seen.nodes)
    show(`entry here, conflict shown: node ${name} (${ms.length}), p50 p99 max, ms`, spreadOf(ms), ms)
  show('both on disk, conflict shown on all, p50 p99 max, ms', spreadOf(seen.fromWriteMs), seen.fromWriteMs)
}

async function alone(): Promise<void> {
  say('\nfolkmoot alone')
  const { wireRatio } = await catchUp(RECORDS * 10)
  show('catch-up bytes on the wire / bytes of the entries', wireRatio.toFixed(3), wireRatio)
  const grown = []
  for (let round = 0; round < ROUNDS; round++) grown.push(await growth(1000, MANY))
  const ratios = grown.map(({ ratio }) => ratio)
  show(`cost of a write with ${MANY} records / with 1000`, spread(ratios, 2), grown)
  const opened = await opening(MANY, ROUNDS)
  show(`open ${MANY} records to first read, ms`, spread(opened.map(({ ms }) => ms)), opened)
  show('  its RSS, MB', spread(opened.map(({ rssMb }) => rssMb)), null)
  const seen = await latency(RECORDS / 2, 100)
  show(
    'write here, visible there, 100/s: p50 p99 max, ms',
    `${seen.p50.toFixed(1)} ${seen.p99.toFixed(1)} ${seen.max.toFixed(1)}`,
    seen,
  )
  const few = await reconnect(1000, 0)
  show('reconnect, nothing new, 1000 records, socket bytes', String(few), few)
  const scopes = await reconnect(0, MANY / 10)
  show(`reconnect, nothing new, ${MANY / 10} scopes, socket bytes`, String(scopes), scopes)
  const get = await getCommand(10)
  const { wholeMs, bareNodeMs, answerMs } = get
  show(
    'moot get, whole command, ms',
    `${wholeMs.toFixed(0)} (node -e "" alone: ${bareNodeMs.toFixed(0)})`,
    get,
  )
  show('  of it the running node, ms', answerMs.toFixed(2), answerMs)
}

async function installPeers(): Promise<void> {
  if (existsSync(join(PEERS_DIR, 'node_modules'))) return
  say('installing the peers …')
  await run('npm', ['ci', '--ignore-scripts', '--prefix', PEERS_DIR])
}

/** The peer's rate, or why there is none. */
async function runPeer(peer: string, task: Task): Promise<number | string> {
  const dir = await mkdtemp(join(tmpdir(), `folkmoot-bench-${peer}-`))
  const request = JSON.stringify({ task, records: RECORDS, dir })
  try {
    const { stdout } = await run(process.execPath, [join(PEERS_DIR, `${peer}.ts`), request], {
      timeout: 180_000,
    })
    const answer = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as {
      perSecond?: number
      skipped?: string
    }
    return answer.perSecond ?? answer.skipped ?? 'no figure'
  } catch (error) {
    return `failed: ${(error as Error).message.split('\n').at(-1)}`
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
