/** Looks for a text in every byte of a directory, as whoever steals the disk would. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Files, by name from `dir`, that hold the text as UTF-8 or as UTF-16 of either order, or have it in their name. */
export function filesWith(dir: string, text: string): readonly string[] {
  const little = Buffer.from(text, 'utf16le')
  const forms = [Buffer.from(text, 'utf8'), little, Buffer.from(little).swap16()]
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter(file => file.isFile())
    .map(file => join(file.parentPath, file.name))
    .filter(path => path.includes(text) || holdsAny(path, forms))
    .map(path => relative(dir, path))
}

function holdsAny(path: string, forms: readonly Buffer[]): boolean {
  try {
    const bytes = readFileSync(path)
    return forms.some(form => bytes.includes(form))
  } catch (error) {
    // A log that SQLite took away since the directory was listed holds nothing any more.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
