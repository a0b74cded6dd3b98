import { run } from './lib/run.ts'

await run(import.meta.filename, () => import('./lib/orbitdb.ts'))
