import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What a folder holds: bytes in its files, and bytes that the file system gave them. */
export function diskUse(dir: string): { bytes: number; allocatedBytes: number } {
  const sum = { bytes: 0, allocatedBytes: 0 }
  for (const file of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const { size, blocks } = statSync(join(file.parentPath, file.name))
    sum.bytes += size
    sum.allocatedBytes += blocks * 512
  }
  return sum
}
