/**
 * How often the ladder is right about pairs of statements that people labelled.
 *
 *   npm run experiment:relations
 *   npm run experiment:relations -- --wrong     with the pairs it gets wrong, without those that are held out
 */
import { parseArgs } from 'node:util'
import { type Judged, judge, LABELS, type Measured, measure, statementOf } from './measure.ts'
import { blind, development, earlier, nearMisses, pairs, rivals, traps, unseen } from './pairs/all.ts'

const { values: flags } = parseArgs({ options: { wrong: { type: 'boolean', default: false } } })
const judged = judge(pairs)
const tuned = judged.filter(({ heldOut }) => !heldOut)
const heldOut = judged.filter(one => one.heldOut)
const heldOutLater = judged.filter((one, place) => one.heldOut && place >= earlier.length)

process.stdout.write(`| | pairs | precision | recall | F1 |\n|---|---|---|---|---|\n`)
sayScores('tuned', measure(tuned))
sayScores('held out', measure(heldOut))
sayScores('held out, written after the rules', measure(heldOutLater))
sayScores('traps', measure(judge(traps)))
sayScores('unseen', measure(judge(unseen)))
sayScores('development', measure(judge(development)))
sayScores('blind', measure(judge(blind)))
sayScores('rivals', measure(judge(rivals)))
sayScores('near misses', measure(judge(nearMisses)))
sayConfusion('tuned', measure(tuned))
sayConfusion('held out', measure(heldOut))
sayConfusion('unseen', measure(judge(unseen)))
sayConfusion('blind', measure(judge(blind)))
sayTags(judged)
if (flags.wrong) for (const one of tuned) sayIfWrong(one)

function sayScores(name: string, { pairs: count, accuracy, scores }: Measured): void {
  for (const { label, pairs: of, precision, recall, f1 } of scores) {
    if (of > 0) say(`${name}: ${label}`, of, share(precision), share(recall), share(f1))
  }
  say(`${name}: all`, count, share(accuracy), '', '')
}

function sayConfusion(name: string, { confusion }: Measured): void {
  process.stdout.write(`\n| ${name}: is, said | ${LABELS.join(' | ')} |\n|---|---|---|---|---|\n`)
  for (const [i, label] of LABELS.entries()) say(label, ...(confusion[i] ?? []))
}

function sayTags(all: readonly Judged[]): void {
  process.stdout.write('\n| what makes it hard | pairs | right |\n|---|---|---|\n')
  for (const tag of [...new Set(all.map(({ pair }) => pair[3]))].sort()) {
    const of = all.filter(({ pair }) => pair[3] === tag)
    say(tag, of.length, of.filter(({ pair, said }) => pair[2] === said.relation).length)
  }
}

function sayIfWrong({ pair: [a, b, label, tag], said }: Judged): void {
  if (label === said.relation) return
  const why = said.evidence.map(({ test, detail }) => `${test}: ${detail}`).join('; ')
  process.stdout.write(
    `\n${statementOf(a).text}\n${statementOf(b).text}\n  ${tag}: ${label}, said ${said.relation} (${why})\n`,
  )
}

function say(...cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`)
}

function share(of: number): string {
  return of.toFixed(2)
}
