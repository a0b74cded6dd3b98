import { testArbiterSeeds } from './seeds.ts'

testArbiterSeeds(1, 2)
