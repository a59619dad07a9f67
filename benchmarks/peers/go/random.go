package main

// The number after this one, of pseudo-random numbers that are the same in every language.
func next(seed int) int {
	return (seed*3_877 + 29_573) % 139_968
}

// Work that takes so many steps: that many numbers later.
func work(steps, seed int) int {
	for i := 0; i < steps; i++ {
		seed = next(seed)
	}
	return seed
}
