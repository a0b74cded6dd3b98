import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from '../command.ts'
import { tellOfDisagreement } from '../demo/disagreement.ts'
import { Fleet } from '../demo/fleet.ts'
import { Narrator } from '../demo/narrator.ts'
import { type ReplayFigures, readTurns, replay } from '../demo/replay.ts'
import { type Figures, tellStory } from '../demo/story.ts'
import { tellOfTrust } from '../demo/trust.ts'
import { screenOf } from '../print/screen.ts'
import { table } from '../print/table.ts'
import type { Surroundings } from '../surroundings.ts'
import { parseArbiter } from '../up/arbiter.ts'

export default command({
  about: 'Shows the main job: three agents and an arbiter, one memory, no server; a cut, conflicts, a crash.',
  words: [],
  flags: {
    keep: { type: 'boolean', about: 'leave the nodes running' },
    model: { type: 'string', hint: 'URL#NAME', about: 'endpoint of a model for the arbiter to ask' },
    input: { type: 'string', hint: 'FILE', about: 'also replay the dialogues of a LoCoMo file' },
  },
  examples: [
    'npm start',
    'npm start -- --keep',
    'npm start -- --model http://127.0.0.1:11434/v1#llama3.1',
    'npm start -- --input locomo10.json',
  ],
  takesNoBranch: true,
  run: async ({ flags, around }) => {
    const { input, model, keep = false } = flags
    // What is wrong with these is said before anything is started.
    if (model !== undefined) await parseArbiter({ arbiter: true, model }, around.env)
    const turns = input === undefined ? undefined : await readTurns(input)
    const stopped = around.untilStopped()
    const home = await mkdtemp(join(tmpdir(), 'folkmoot-'))
    const fleet = new Fleet(home, { signal: stopped })
    let kept = false
    try {
      await show(fleet, around, { turns, model })
      if (keep) await fleet.release()
      kept = keep
      await around.out.write(kept ? keptText(fleet) : NEXT)
    } catch (error) {
      // Whoever stops it sees nodes go away in the middle of a sentence, which is no fault.
      stopped.throwIfAborted()
      throw error
    } finally {
      if (!kept) await fleet.close().finally(() => rm(home, { recursive: true, force: true }))
    }
    return 0
  },
})

interface Wishes {
  readonly turns: Awaited<ReturnType<typeof readTurns>> | undefined
  readonly model: string | undefined
}

async function show(fleet: Fleet, around: Surroundings, { turns, model }: Wishes): Promise<void> {
  const write = (text: string) => around.out.write(text)
  const screen = screenOf(around)
  const tell = new Narrator(write, screen.paint)
  await write(`${screen.paint.bold('Folkmoot')}: three agents, one memory, no server\n`)
  const figures = await tellStory(fleet, tell)
  let replayed: ReplayFigures | undefined
  if (turns !== undefined) {
    await tell.chapter('The dialogues are replayed')
    replayed = await replay(fleet, turns, tell)
  }
  await tellOfDisagreement(fleet, tell, model)
  await tellOfTrust(fleet, tell)
  await tell.chapter('In figures')
  await write(
    indent(
      table(
        [
          { title: 'what', cell: row => row[0] },
          { title: '', cell: row => row[1], align: 'right' },
        ],
        await rows(fleet, figures, replayed),
        screen,
      ),
    ),
  )
}

async function rows(
  fleet: Fleet,
  figures: Figures,
  replayed: ReplayFigures | undefined,
): Promise<[string, string][]> {
  const [first] = fleet.nodes
  const status = await first?.client.call('status', {})
  const disk = await Promise.all(fleet.nodes.map(({ dir }) => bytesIn(dir)))
  const wire = fleet.nodes.reduce((sum, { link }) => sum + link.bytes, 0)
  const found: [string, string][] = [
    ['records on each node', String(status?.records ?? 0)],
    ['signed entries on each node', String(status?.entries ?? 0)],
    ['open conflicts', String(status?.conflicts ?? 0)],
    ['bytes on disk, largest node', Math.max(...disk).toLocaleString('en')],
    ['bytes between the nodes', wire.toLocaleString('en')],
    ...Object.entries(figures.convergence).map(([what, ms]): [string, string] => [
      `equal roots: ${what}`,
      `${Math.round(ms)} ms`,
    ]),
  ]
  if (replayed === undefined) return found
  const { turns, writeMs, convergeMs } = replayed
  return [
    ...found,
    ['dialogue turns replayed', String(turns)],
    ['turns written per second, three nodes', String(Math.round((turns * 1000) / writeMs))],
    ['equal roots: replay, after the cut', `${Math.round(convergeMs)} ms`],
  ]
}

async function bytesIn(dir: string): Promise<number> {
  const files = await readdir(dir)
  const sizes = await Promise.all(files.map(async file => (await stat(join(dir, file))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '   ')
}

const NEXT = `
   The nodes are stopped and their directories gone. To look around yourself:
     npm start -- --keep
     npx moot --help
`

function keptText(fleet: Fleet): string {
  const [first, , last] = fleet.nodes
  return `
   The nodes go on running. Try:
     export MOOT_DIR=${first?.dir ?? ''}
     npx moot status
     npx moot history customer/anna/seat
     npx moot why customer/anna/seat
     npx moot conflicts --all
     npx moot watch
     npx moot get customer/anna/seat --dir ${last?.dir ?? ''}

   To stop them:
${fleet.nodes.map(({ dir }) => `     npx moot down --dir ${dir}\n`).join('')}`
}
