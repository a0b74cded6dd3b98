import type { Client, Result } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { DONE, REFUSED, UsageError } from '../fault.ts'
import { REASON, SCOPE } from '../flags.ts'
import { confirm, isInteractive } from '../input/confirm.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { taintText } from '../print/beliefs.ts'
import { oneLine } from '../print/clean.ts'
import { screenOf } from '../print/screen.ts'
import { count, shortId } from '../print/words.ts'
import type { Surroundings } from '../surroundings.ts'

type Report = Result<'taint'>

export default command({
  about:
    'All that was derived from a memory, step by step, also from one that is retracted or erased; and what was written by those who say that they acted on it (--based-on). --retract takes back what was derived.',
  words: ['ID'],
  flags: {
    scope: SCOPE,
    retract: { type: 'boolean', about: 'retract all that was derived; the memory itself stays as it is' },
    'acted-on': {
      type: 'boolean',
      about: 'with --retract: also what was only written by those who acted on it',
    },
    yes: { type: 'boolean', about: 'without being asked' },
    reason: REASON,
  },
  examples: [
    'moot taint 3f2a91c04d11',
    'moot taint 3f2a91c04d11 --retract',
    'moot taint 3f2a91c04d11 --retract --acted-on',
    'moot taint root --retract --yes --json',
  ],
  run: async invocation => {
    const { words, flags, around } = invocation
    const { scope, retract, yes, reason, json } = flags
    if (retract !== true && flags['acted-on'] === true)
      throw new UsageError('--acted-on is for --retract: the list has it in any case')
    if (retract === true && yes !== true && (json === true || !isInteractive(around)))
      throw new UsageError('--retract takes back many memories: look at the list first, then add --yes')
    const id = words[0] ?? ''
    const client = await invocation.client()
    const report = await client.call('taint', { id, ...given({ scope }) })
    if (retract !== true) return answer(invocation, report, screen => taintText(report, screen))
    const screen = screenOf(around)
    if (json !== true) await around.out.write(taintText(report, screen))
    const chosen = report.records.filter(({ link }) => link === 'derived' || flags['acted-on'] === true)
    const standing = chosen.filter(({ retracted }) => !retracted)
    const agreed = standing.length === 0 || yes === true || (await asked(standing.length, around))
    if (!agreed) {
      await around.err.write('moot: nothing was retracted\n')
      return REFUSED
    }
    const done = await takeBack(client, chosen, { id, ...given({ scope, reason }) })
    await answer(invocation, { ...report, ...done }, () => doneText(done))
    return done.skipped.some(({ id }) => standing.some(one => one.id === id)) ? REFUSED : DONE
  },
})

function asked(number: number, around: Surroundings): Promise<boolean> {
  return confirm(`Retract ${count(number, 'memory', 'memories')}?`, around)
}

/** What was shown, and nothing that was derived since. */
async function takeBack(
  client: Client,
  records: Report['records'],
  params: { readonly id: string; readonly scope?: string; readonly reason?: string },
) {
  const { retracted, skipped } = await client.call('rollBack', {
    ...params,
    only: records.map(({ id }) => id),
  })
  return { retracted, skipped }
}

function doneText({ retracted, skipped }: Pick<Result<'rollBack'>, 'retracted' | 'skipped'>): string {
  const left = skipped.map(({ id, why }) => `skipped ${shortId(id)}: ${oneLine(why)}\n`).join('')
  return `retracted ${count(retracted.length, 'memory', 'memories')}\n${left}`
}
