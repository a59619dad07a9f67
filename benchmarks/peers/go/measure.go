package main

import (
	"math"
	"sort"
	"time"
)

// Checksums are sums modulo this prime, so that they stay exact in every language.
const modulus = 1_000_000_007

// A pass does the work once; it returns the completed operations, counted where results arrive, and their checksum.
type pass func(sizes []int) (ops, checksum int)

// Runs the pass as often as the arguments say, warm-ups apart; the time is that of all repeats together.
func measure(work pass) program {
	return func(a arguments) result {
		for i := 0; i < a.warmups; i++ {
			work(a.sizes)
		}
		done := result{}
		start := time.Now()
		for i := 0; i < a.repeats; i++ {
			ops, checksum := work(a.sizes)
			done.Ops += ops
			done.Checksum = (done.Checksum + checksum) % modulus
		}
		done.Ns = time.Since(start).Nanoseconds()
		return done
	}
}

// A pass that notes how long each of its operations took; it returns that and the checksum.
type timedPass func(sizes []int) (took []time.Duration, checksum int)

// As measure; the figure is the time below which that share of the operations' times lies.
func measureLatencies(a arguments, work timedPass, share float64) result {
	for i := 0; i < a.warmups; i++ {
		work(a.sizes)
	}
	all, sum := []time.Duration{}, 0
	start := time.Now()
	for i := 0; i < a.repeats; i++ {
		took, checksum := work(a.sizes)
		all = append(all, took...)
		sum = (sum + checksum) % modulus
	}
	ns := time.Since(start).Nanoseconds()
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	figure := percentile(all, share)
	detail := map[string]int64{}
	for name, each := range map[string]float64{"p50": 0.5, "p99": 0.99, "p999": 0.999, "max": 1} {
		detail[name] = percentile(all, each)
	}
	return result{Ops: len(all), Ns: ns, Checksum: sum, Micros: &figure, Detail: detail}
}

// In microseconds, the value below which so great a share of them lies.
func percentile(sorted []time.Duration, share float64) int64 {
	index := int(math.Floor(float64(len(sorted)) * share))
	if index >= len(sorted) {
		index = len(sorted) - 1
	}
	return int64(math.Round(float64(sorted[index]) / 1e3))
}
