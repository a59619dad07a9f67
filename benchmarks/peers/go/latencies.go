package main

import (
	"runtime"
	"strconv"
	"sync/atomic"
	"time"
)

// Runs the pass while a goroutine computes for each core, and one for each core and further load that runs until it is told to stop.
func whileBusy(work timedPass, share float64, load ...func(stopped *atomic.Bool)) program {
	return func(a arguments) result {
		var stopped atomic.Bool
		defer stopped.Store(true)
		for i := 0; i < runtime.GOMAXPROCS(0); i++ {
			for _, each := range append(load, compute) {
				go each(&stopped)
			}
		}
		return measureLatencies(a, work, share)
	}
}

func compute(stopped *atomic.Bool) {
	for !stopped.Load() {
		fib(20)
	}
}

type entry struct {
	id   int
	name string
	tags []string
}

// Makes objects, of which it keeps the last thousand.
func allocate(stopped *atomic.Bool) {
	kept := make([]*entry, 1_000)
	for id := 0; !stopped.Load(); id++ {
		number := strconv.Itoa(id)
		kept[id%len(kept)] = &entry{id, "entry " + number, []string{"a" + number, "b" + number}}
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
