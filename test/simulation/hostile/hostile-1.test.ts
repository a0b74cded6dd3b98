import { testHostileSeeds } from './seeds.ts'

testHostileSeeds(0, 2)
