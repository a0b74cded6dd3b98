/** The sources of every package, read as text, for the tests that guard their architecture. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface SourceFile {
  /** From the root, with slashes: `packages/core/src/gate.ts`. */
  readonly path: string
  /** The package's folder: `packages/core`. */
  readonly home: string
  /** A test, or what only tests use. */
  readonly isTest: boolean
  readonly text: string
  readonly imports: readonly Import[]
}

export interface Import {
  /** As written: `./body.ts`, `@folkmoot/core`, `node:fs`. */
  readonly from: string
  /** The file it means, if it is one of ours: `packages/core/src/body.ts`. */
  readonly file?: string
  /** The npm package it means, if it is one. */
  readonly packageName?: string
}

export interface Manifest {
  readonly name: string
  readonly declared: readonly string[]
}

const HOMES = ['packages', 'apps'].flatMap(folder =>
  readdirSync(join(ROOT, folder)).map(name => `${folder}/${name}`),
)

/** Every .ts file under `src` of a package or app. */
export function sourceFiles(): readonly SourceFile[] {
  return HOMES.flatMap(home => filesUnder(`${home}/src`).map(path => sourceFile(home, path)))
}

export function manifests(): ReadonlyMap<string, Manifest> {
  return new Map(
    HOMES.map(home => {
      const manifest = JSON.parse(readFileSync(join(ROOT, home, 'package.json'), 'utf8'))
      const { name, dependencies = {}, peerDependencies = {} } = manifest
      return [home, { name, declared: Object.keys({ ...dependencies, ...peerDependencies }) }]
    }),
  )
}

/** Source text with comments and strings blanked out, line by line as it was. */
export function codeOnly(text: string): string {
  const blank = (found: string) => found.replaceAll(/[^\n]/g, ' ')
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, blank)
}

export interface LongFunction {
  readonly path: string
  readonly line: number
  readonly lines: number
}

/** Functions and methods, by the indentation of their first and last line, which the formatter keeps true. */
export function functionsOf({ path, text }: SourceFile): readonly LongFunction[] {
  const lines = text.split('\n')
  return lines.flatMap((line, i) => {
    const [, indent, statement] = FUNCTION_HEAD.exec(line) ?? []
    if (indent === undefined || (statement !== undefined && /[=]> \{$/.test(line))) return []
    const body = line.endsWith('{')
      ? i
      : lines.findIndex((each, at) => at > i && each.startsWith(`${indent})`))
    if (lines[body]?.endsWith('{') !== true) return []
    const end = lines.findIndex((each, at) => at > body && each.startsWith(`${indent}}`))
    return [{ path, line: i + 1, lines: end - i + 1 }]
  })
}

/** A function, a method (or a call, which ends in an arrow), or an arrow function with a name. */
const FUNCTION_HEAD =
  /^(\s*)(?:(?:export |default |async )*function\b|(?:const|let) \w+ = (?:async )?\(|(?!(?:if|for|while|switch|catch|return)\b)((?:async |static |private |get |set |\*)*[#\w]+(?:<[^>]*>)?\())/

/** Chains of imports that come back to where they began, each found once. */
export function cyclesIn(files: readonly SourceFile[]): readonly string[] {
  const edges = new Map(files.map(file => [file.path, file.imports.flatMap(({ file: to }) => to ?? [])]))
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path)
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' -> '))
    if (start >= 0 || done.has(path)) return
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const path of edges.keys()) visit(path, [])
  return cycles
}

/** The names a package gives to others, types among them, as its index lists them. */
export function exportsOf(home: string): readonly string[] {
  const text = readFileSync(join(ROOT, home, 'src/index.ts'), 'utf8')
  const lists = [...text.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, type = '', names = '']) =>
    names
      .split(',')
      .flatMap(name => (name.trim() === '' ? [] : `${type}${(name.split(' as ')[1] ?? name).trim()}`)),
  )
  const own = [...text.matchAll(/^export (?:\* as|const|(?:async )?function|class) (\w+)/gm)].map(
    ([, name]) => `${name}`,
  )
  const types = [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => `type ${name}`)
  return [...lists, ...own, ...types].sort()
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map(name => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort()
}

function sourceFile(home: string, path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const isTest = path.endsWith('.test.ts') || path.includes('/testing/')
  return { path, home, isTest, text, imports: importsOf(path, text) }
}

function importsOf(path: string, text: string): readonly Import[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const found = code.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'|(?:^|\n)import '([^']+)'/g,
  )
  return [...found].map(([, named, dynamic, bare]) => importOf(path, named ?? dynamic ?? bare ?? ''))
}

function importOf(path: string, from: string): Import {
  if (from.startsWith('.'))
    return { from, file: relative(ROOT, join(ROOT, dirname(path), from)).replaceAll('\\', '/') }
  if (from.startsWith('node:')) return { from }
  return {
    from,
    packageName: from
      .split('/')
      .slice(0, from.startsWith('@') ? 2 : 1)
      .join('/'),
  }
}
