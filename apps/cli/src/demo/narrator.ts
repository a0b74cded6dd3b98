import type { Paint } from '../print/screen.ts'
import type { Fleet, FleetNode } from './fleet.ts'

/** Tells the reader what happens, as it happens: every command is run as printed, every figure is measured. */
export class Narrator {
  readonly #write: (text: string) => Promise<void>
  readonly #paint: Paint
  #chapter = 0

  constructor(write: (text: string) => Promise<void>, paint: Paint) {
    this.#write = write
    this.#paint = paint
  }

  async chapter(title: string): Promise<void> {
    await this.#write(`\n${this.#paint.bold(`${++this.#chapter}. ${title}`)}\n`)
  }

  async say(text: string): Promise<void> {
    await this.#write(`   ${text}\n`)
  }

  /** Runs a command at a node and shows it with what it printed. */
  async type(fleet: Fleet, node: FleetNode, ...args: string[]): Promise<string> {
    const shown = args.map(arg => (/^[\w=./:@+-]+$/.test(arg) ? arg : `'${arg}'`)).join(' ')
    await this.#write(`   ${this.#paint.green(`${node.name} $`)} moot ${shown}\n`)
    const printed = await fleet.moot(node, ...args)
    await this.#write(printed.replace(/^(?=.)/gm, '     '))
    return printed
  }

  async agreement(ms: number, roots: readonly { name: string; root: string }[]): Promise<void> {
    for (const { name, root } of roots)
      await this.say(`${name.padEnd(10)} state root ${this.#paint.dim(root.slice(0, 32))}…`)
    await this.say(this.#paint.green(`equal after ${Math.round(ms)} ms`))
  }
}
