import { readFileSync } from 'node:fs'

const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** The version that package.json pins. */
export const versionOf = (name: string): string => dependencies[name]
