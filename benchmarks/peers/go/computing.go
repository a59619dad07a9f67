package main

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func forkJoinFib(sizes []int) (int, int) {
	jobs, n := sizes[0], sizes[1]
	done := make(chan int, jobs)
	for i := 0; i < jobs; i++ {
		go func() { done <- fib(n) }()
	}
	return jobs, sumOf(done, jobs) % modulus
}
