#!/usr/bin/env node
// Plain JavaScript that any Node can parse: it turns away an old Node in one line before anything newer is loaded.
import { existsSync } from 'node:fs'

const NODE_MAJOR_MIN = 24
const main = new URL('../dist/main.js', import.meta.url)

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  process.stderr.write(
    `moot needs Node ${NODE_MAJOR_MIN} or newer (this is ${process.version}): run it with npx, which uses the Node that npm ci installed\n`,
  )
  process.exitCode = 2
} else if (!existsSync(main)) {
  process.stderr.write('moot is not built: run npm run build\n')
  process.exitCode = 2
} else {
  const { run } = await import(main.href)
  process.exitCode = await run(process.argv.slice(2))
}
