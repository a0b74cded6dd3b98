/**
 * The race: 1, 2 and 4 processes write the same keys at once. What is acknowledged, what is left, who says so?
 *
 *   npm run race                        everything, three repetitions
 *   npm run race -- --keys 50           keys, and so writes of each process: 20 by default
 *   npm run race -- --repetitions 1
 *   npm run race -- --only folkmoot     one system: server-memory, server-memory-prepared, mem0, mem0-update, folkmoot
 *   npm run race -- --out FILE          all figures of every repetition as JSON too
 */
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { versionOf } from './peers.ts'
import { type RaceResult, runRace } from './race.ts'
import { startStubEmbedder } from './stub-embedder.ts'
import { missing, SYSTEMS, WAYS } from './systems.ts'
import { notesOf, type Row, tableOf } from './table.ts'

const PROCESSES = [1, 2, 4]

const { values: flags } = parseArgs({
  options: {
    keys: { type: 'string', default: '20' },
    repetitions: { type: 'string', default: '3' },
    only: { type: 'string' },
    out: { type: 'string' },
  },
})
const keys = countFrom('keys', flags.keys)
const repetitions = countFrom('repetitions', flags.repetitions)
const chosen = SYSTEMS.filter(({ name }) => flags.only === undefined || flags.only === name)
if (chosen.length === 0) stop(`--only: there are ${SYSTEMS.map(({ name }) => name).join(', ')}`)

const say = (text: string) => process.stdout.write(`${text}\n`)
const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'cpu'}`
const versions = versionsHere()
const embedder = await startStubEmbedder()
const rows = await raceAll().finally(() => embedder.close())

say(`${keys} keys, ${repetitions} repetitions (min–max), ${machine}`)
say(
  `${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}\n`,
)
say(tableOf(rows))
say('')
for (const note of [...chosen.flatMap(system => missing(system) ?? []), ...notesOf(rows)]) say(`- ${note}`)
if (flags.out !== undefined) {
  const report = { machine, versions, keys, repetitions, rows }
  await writeFile(flags.out, `${JSON.stringify(report, null, 2)}\n`)
}
process.exitCode = rows.every(isAsPromised) ? 0 : 1

/** Repetitions take turns, so that a change of the machine's speed hits all alike. */
async function raceAll(): Promise<readonly Row[]> {
  const lanes = chosen
    .filter(system => missing(system) === undefined)
    .flatMap(system => WAYS.flatMap(way => PROCESSES.map(processes => ({ system, way, processes }))))
    .map(lane => ({ ...lane, results: [] as RaceResult[], failures: [] as string[] }))
  for (let repetition = 1; repetition <= repetitions; repetition++)
    for (const lane of lanes) {
      const { system, way, processes, results, failures } = lane
      process.stderr.write(`${repetition}/${repetitions} ${system.name} ${way} ${processes}\n`)
      try {
        results.push(await runRace({ system: system.name, way, processes, keys, embedder: embedder.url }))
      } catch (error) {
        failures.push(String(error instanceof Error ? error.message : error).replaceAll(/\s+/g, ' '))
      }
    }
  return lanes
}

/** Of Folkmoot: nothing acknowledged is lost, and every key with concurrent values is a conflict on every node. */
function isAsPromised({ system, results, failures }: Row): boolean {
  if (system.name !== 'folkmoot') return true
  return (
    failures.length === 0 &&
    results.every(({ lost, surfaced, concurrent }) => lost === 0 && surfaced === concurrent)
  )
}

function versionsHere(): { readonly [name: string]: string } {
  const ours = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const theirs = [...new Set(SYSTEMS.flatMap(system => system.package ?? [])), 'better-sqlite3']
  const installed = theirs.flatMap(name => {
    const version = versionOf(name)
    return version === undefined ? [] : [[name, version]]
  })
  return { Node: process.version, Folkmoot: ours.version, ...Object.fromEntries(installed) }
}

function countFrom(name: string, text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) stop(`--${name}: a whole number above 0, not ${text}`)
  return count
}

function stop(why: string): never {
  process.stderr.write(`${why}\n`)
  process.exit(2)
}
