import { testArbiterSeeds } from './seeds.ts'

testArbiterSeeds(0, 2)
