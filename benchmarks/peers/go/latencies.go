package main

import (
	"runtime"
	"sync/atomic"
	"time"
)

// Runs the pass while as many goroutines compute as there are cores.
func whileBusy(work timedPass) program {
	return func(a arguments) result {
		var stopped atomic.Bool
		for i := 0; i < runtime.GOMAXPROCS(0); i++ {
			go func() {
				for !stopped.Load() {
					fib(20)
				}
			}()
		}
		defer stopped.Store(true)
		return measureLatencies(a, work)
	}
}

func busyCall(sizes []int) ([]time.Duration, int) {
	requests := make(chan addition)
	go adder(requests)
	took, last := make([]time.Duration, sizes[0]), 0
	for i := range took {
		asked := time.Now()
		last = callAdder(requests, 1)
		took[i] = time.Since(asked)
	}
	close(requests)
	return took, last
}

// By how much each sleep of a millisecond was longer.
func timerLatency(sizes []int) ([]time.Duration, int) {
	took := make([]time.Duration, sizes[0])
	for i := range took {
		asked := time.Now()
		time.Sleep(time.Millisecond)
		took[i] = time.Since(asked) - time.Millisecond
	}
	return took, sizes[0]
}
