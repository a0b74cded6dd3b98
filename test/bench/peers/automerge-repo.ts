import { run } from './lib/run.ts'

await run(import.meta.filename, () => import('./lib/automerge-repo.ts'))
