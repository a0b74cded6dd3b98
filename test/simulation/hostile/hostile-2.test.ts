import { testHostileSeeds } from './seeds.ts'

testHostileSeeds(1, 2)
