import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fleet, type FleetNode } from '../../apps/cli/src/demo/fleet.ts'

// Goal: an acknowledged write survives SIGKILL at any instant. Method: three processes write without pause; one after
// the other is killed at a random moment and restarted; at the end every acknowledged write is on every node.

const KILLS = Number(process.env.E2E_KILLS ?? 12)
const SEED = Number(process.env.E2E_SEED ?? 1)

test(`${KILLS} kills, no acknowledged write lost`, { timeout: 60_000 + KILLS * 10_000 }, async () => {
  const home = await mkdtemp(join(tmpdir(), 'folkmoot-kill-'))
  const fleet = new Fleet(home)
  try {
    for (const name of ['one', 'two', 'three']) await fleet.start(name)
    const acknowledged = new Set<string>()
    const writers = fleet.nodes.map(node => new RelentlessWriter(node, acknowledged))
    const moments = fc.sample(fc.record({ node: fc.nat(2), afterMs: fc.nat(150) }), {
      seed: SEED,
      numRuns: KILLS,
    })
    for (const { node, afterMs } of moments) {
      const victim = fleet.nodes[node] as FleetNode
      await sleep(afterMs)
      await writers[node]?.whileWriting(() => fleet.kill(victim))
      await fleet.restart(victim)
      writers[node]?.start()
    }
    await Promise.all(writers.map(writer => writer.stop()))
    await fleet.converge()
    for (const { client } of fleet.nodes) {
      const held = new Set<unknown>()
      for await (const { value } of client.stream('export', {})) held.add(value)
      expect([...acknowledged].filter(value => !held.has(value))).toEqual([])
      expect(await client.call('verify', {})).toMatchObject({ valid: true })
    }
    expect(acknowledged.size).toBeGreaterThan(KILLS)
  } finally {
    await fleet.close()
    await rm(home, { recursive: true, force: true })
  }
})

/** Writes one memory after the other until its node dies or it is told to stop. */
class RelentlessWriter {
  readonly #node: FleetNode
  readonly #acknowledged: Set<string>
  #count = 0
  #stopping = false
  #writing: Promise<void> = Promise.resolve()

  constructor(node: FleetNode, acknowledged: Set<string>) {
    this.#node = node
    this.#acknowledged = acknowledged
    this.start()
  }

  start(): void {
    this.#writing = this.#write()
  }

  /** The node dies in the middle of a write; the writer notices and ends. */
  async whileWriting(kill: () => Promise<void>): Promise<void> {
    await kill()
    await this.#writing
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#writing
  }

  async #write(): Promise<void> {
    const { client, name } = this.#node
    while (!this.#stopping) {
      const value = `${name} wrote ${this.#count++}`
      try {
        await client.call('remember', { value })
      } catch {
        // Not acknowledged: it may be there or not.
        return
      }
      this.#acknowledged.add(value)
    }
  }
}
