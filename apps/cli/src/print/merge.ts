import type { Result } from '@folkmoot/gateway/client'
import { oneLine } from './clean.ts'
import { conflictText, type Names } from './conflict.ts'
import type { Screen } from './screen.ts'
import { count, shortId } from './words.ts'

type Merged = Result<'merge'>

export function mergeText(merged: Merged, names: Names, screen: Screen): string {
  const { branch, entries, erased, records, conflicts, refused, kept } = merged
  const about = entries === 0 ? '' : ` about ${count(records.length, 'record')}`
  const left = kept ? ', which is still there' : ''
  const head = `merged ${count(entries, 'entry', 'entries')}${about} from branch ${oneLine(branch)}${left}\n`
  const disputes = conflicts.map(conflict => `\n${conflictText(conflict, names, screen)}`).join('')
  return `${head}${erasedText(erased)}${refused.map(refusalText).join('')}${disputes}`
}

function erasedText(erased: number): string {
  if (erased === 0) return ''
  return `  ${count(erased, 'entry', 'entries')} about what has been erased: what ${erased === 1 ? 'it' : 'they'} said is gone\n`
}

/** Says what to do, since merging again alone changes nothing. */
export function keptText({ branch, refused }: Merged): string {
  const name = oneLine(branch)
  const isCut = refused.some(({ code }) => code === 'cut')
  const advice = isCut
    ? `; what was written before a right was taken does not count when it is given back: say it again, then moot branch --drop ${name}`
    : `: moot branch --drop ${name} takes it away, with what does not count`
  return `moot: not all of it counts, so the branch is still there${advice}\n`
}

function refusalText({ scope, log, entries, reason }: Merged['refused'][number]): string {
  const where = scope === null ? `log ${shortId(log)}` : oneLine(scope)
  return `  ${count(entries, 'entry', 'entries')} in ${where} refused: ${oneLine(reason)}\n`
}
