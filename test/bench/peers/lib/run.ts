import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerAsHelper, type Helper, sendError, startHelper, stopAll } from './helper.ts'

/** What a task measured. `seconds` is the clock; everything else says what it is about. */
export type Outcome = {
  seconds: number
  bytes: number
  bytesAre: 'on disk' | 'on the wire'
  notes: string
  [extra: string]: unknown
}

export type Context = {
  records: number
  /** An empty folder of this run's own, removed when it ends. */
  dir: string
  /** Starts another process of this same program, in the given role. */
  helper: (role: string, args: Record<string, unknown>) => Promise<Helper>
  /** Says how far it got, for the message when time runs out. */
  progress: (done: number) => void
}

export type Peer = {
  name: string
  /** Why the peer cannot run here, or nothing. */
  missing?: string | undefined
  tasks: Record<string, (context: Context) => Promise<Outcome | { skipped: string }>>
  /** Each role answers once with what the other process needs to know, then stays up until it is stopped. */
  roles: Record<string, (args: never) => Promise<unknown>>
}

type Options = { task?: string; records?: number; dir?: string; timeout?: number; role?: string }

const usage = `give one JSON argument, such as '{"task":"writes","records":500}'`

function readOptions(): Options {
  const [argument] = process.argv.slice(2)
  try {
    const options: unknown = JSON.parse(argument ?? '')
    if (options !== null && typeof options === 'object') return options
  } catch {}
  throw new Error(usage)
}

const print = (result: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(result)}\n`)

const oneLine = (error: unknown) =>
  String(error instanceof Error ? error.message : error)
    .replaceAll(/\s+/g, ' ')
    .trim()

async function runTask(peer: Peer, entry: string, options: Options): Promise<void> {
  const { task = '', records = 500, dir = tmpdir(), timeout = 60_000 } = options
  const measure = peer.tasks[task]
  if (!measure) throw new Error(`no task "${task}"; there are ${Object.keys(peer.tasks).join(', ')}`)
  if (!Number.isInteger(records) || records < 1) throw new Error('records must be a whole number above 0')
  if (peer.missing) return void print({ peer: peer.name, task, skipped: peer.missing })
  mkdirSync(dir, { recursive: true })
  const own = mkdtempSync(join(dir, 'peer-'))
  let done = 0
  const context: Context = {
    records,
    dir: own,
    helper: (role, args) => startHelper(entry, role, args),
    progress: count => {
      done = count
    },
  }
  let clock: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const expire = () => reject(new Error(`${task}: ${done} of ${records} after ${timeout / 1000} s`))
    clock = setTimeout(expire, timeout)
    const end = (signal: string) => reject(new Error(`ended by ${signal}`))
    process.once('SIGINT', end).once('SIGTERM', end)
  })
  try {
    const outcome = await Promise.race([measure(context), late])
    if ('skipped' in outcome) return void print({ peer: peer.name, task, ...outcome })
    const { seconds, ...rest } = outcome as Outcome
    const rate =
      rest.bytesAre === 'on disk'
        ? { perSecond: Math.round(records / seconds) }
        : { bytesPerRecord: Number((rest.bytes / records).toFixed(1)) }
    print({ peer: peer.name, task, records, seconds, ...rate, ...rest })
  } finally {
    clearTimeout(clock)
    await stopAll()
    rmSync(own, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Runs the one task that the command line names, or a helper's role, and ends the process. */
export async function run(entry: string, load: () => Promise<{ peer: Peer }>): Promise<never> {
  process.removeAllListeners('warning')
  let code = 0
  let options: Options = {}
  try {
    options = readOptions()
    const { peer } = await load().catch(error => {
      if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
      print({ task: options.task, skipped: 'not installed: npm ci --prefix test/bench/peers' })
      process.exit(0)
    })
    if (options.role) await answerAsHelper(peer.roles[options.role], options)
    else await runTask(peer, entry, options)
  } catch (error) {
    if (options.role) await sendError(oneLine(error))
    else process.stderr.write(`${oneLine(error)}\n`)
    code = 1
  }
  process.exit(code)
}
