import { simulate } from './run.ts'
import { Stats } from './stats.ts'

const all = new Stats()
const from = Number(process.argv[2] ?? 1),
  n = Number(process.argv[3] ?? 30),
  mode = (process.argv[4] ?? 'safety') as 'safety'
let bad = 0
const chunk: number[] = []
for (let s = from; s < from + n; s++) {
  const t = process.cpuUsage()
  let v
  try {
    v = simulate(s, { mode })
  } catch (e) {
    console.log(s, 'THREW', e)
    bad++
    continue
  }
  const u = process.cpuUsage(t)
  chunk.push((u.user + u.system) / 1000)
  all.add(v.stats)
  if (v.problems.length) {
    bad++
    console.log(s, v.problems.length, JSON.stringify(v.problems.slice(0, 2)).slice(0, 1200))
  }
}
const k = Math.floor(chunk.length / 3)
const avg = (a: number[]) => Math.round(a.reduce((x, y) => x + y, 0) / a.length)
console.log('bad', bad, 'cpu ms', avg(chunk.slice(0, k)), avg(chunk.slice(k, 2 * k)), avg(chunk.slice(2 * k)))
console.log(all.toString())
