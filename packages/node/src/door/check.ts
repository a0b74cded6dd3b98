/** Checks of what a caller gives: each throws in one line that names the option and says what it takes. */
import { UsageError } from '@folkmoot/core'

/** @throws UsageError */
export type Check = (name: string, input: unknown) => void

/** What is shown of a text that is refused. */
const SHOWN_LENGTH_MAX = 60

/** @param takes completes the sentence "confidence takes …" */
export function kind(takes: string, holds: (input: unknown) => boolean): Check {
  return (name, input) => {
    if (!holds(input)) throw new UsageError(`${name} takes ${takes}, not ${shown(input)}`)
  }
}

export function listOf(what: string, check: Check): Check {
  return (name, input) => {
    if (!Array.isArray(input)) throw new UsageError(`${name} takes a list of ${what}, not ${shown(input)}`)
    for (const [i, item] of input.entries()) check(`${name}[${i}]`, item)
  }
}

/** What is not given is not checked. */
export function optional(check: Check): Check {
  return (name, input) => {
    if (input !== undefined) check(name, input)
  }
}

/**
 * The options of a function, by name. An option that is undefined counts as left out; one that nobody knows is refused,
 * since a misspelt one would go unheard.
 */
export function optionsOf<Options extends object>(
  checks: { readonly [Name in keyof Required<Options>]: Check },
  required: readonly (keyof Options & string)[] = [],
): Check {
  const known = Object.entries<Check>(checks)
  return (name, input) => {
    const given = isObject(input) ? input : undefined
    if (given === undefined) throw new UsageError(`${name} takes an object, not ${shown(input)}`)
    const stranger = Object.keys(given).find(key => !Object.hasOwn(checks, key))
    if (stranger !== undefined)
      throw new UsageError(`no option ${stranger}: there are ${known.map(([option]) => option).join(', ')}`)
    for (const [option, check] of known) {
      const value = given[option]
      if (value !== undefined || required.includes(option as keyof Options & string)) check(option, value)
    }
  }
}

export function isObject(input: unknown): input is { readonly [key: string]: unknown } {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}

function shown(input: unknown): string {
  switch (typeof input) {
    case 'string':
      return JSON.stringify(input.length > SHOWN_LENGTH_MAX ? `${input.slice(0, SHOWN_LENGTH_MAX)}…` : input)
    case 'bigint':
      return `${input}n`
    case 'object':
      return input === null ? 'null' : Array.isArray(input) ? 'a list' : 'an object'
    case 'function':
    case 'symbol':
      return `a ${typeof input}`
    default:
      return String(input)
  }
}
