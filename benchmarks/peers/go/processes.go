package main

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

func sumOf(numbers <-chan int, count int) int {
	sum := 0
	for i := 0; i < count; i++ {
		sum += <-numbers
	}
	return sum
}

func spawnParallel(sizes []int) (int, int) {
	count, batch := sizes[0], sizes[1]
	parent := make(chan int, batch)
	ops, checksum := 0, 0
	for ops < count {
		for n := 1; n <= batch; n++ {
			go func(n int) { parent <- n }(n)
		}
		checksum = (checksum + sumOf(parent, batch)) % modulus
		ops += batch
	}
	return ops, checksum
}

func spawnSequential(sizes []int) (int, int) {
	parent, sum := make(chan int), 0
	for n := 1; n <= sizes[0]; n++ {
		go func(n int) { parent <- n }(n)
		sum += <-parent
	}
	return sizes[0], sum % modulus
}

func idle(parent chan<- int, id int, inbox <-chan chan<- int) {
	parent <- id
	from := <-inbox
	from <- id
}

// Starts goroutines in windows; returns the mailboxes when all wait in a receive.
func startIdle(count, window int) []chan<- chan<- int {
	parent := make(chan int, window)
	inboxes := make([]chan<- chan<- int, 0, count)
	for len(inboxes) < count {
		started := min(window, count-len(inboxes))
		for i := 0; i < started; i++ {
			inbox := make(chan chan<- int)
			inboxes = append(inboxes, inbox)
			go idle(parent, len(inboxes), inbox)
		}
		sumOf(parent, started)
	}
	return inboxes
}

// Every goroutine answers with its number, and ends.
func dismiss(inboxes []chan<- chan<- int) int {
	parent := make(chan int, mailbox)
	go func() {
		for _, inbox := range inboxes {
			inbox <- parent
		}
	}()
	return sumOf(parent, len(inboxes)) % modulus
}

func millionProcesses(sizes []int) (int, int) {
	return sizes[0], dismiss(startIdle(sizes[0], sizes[1]))
}

// A goroutine tells of its end by closing a channel, for which any number of others can wait.
func monitorStorm(sizes []int) (int, int) {
	processes := sizes[0]
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		<-end
		close(ended)
	}()
	parent := make(chan int, mailbox)
	for id := 1; id <= processes; id++ {
		go func(id int) {
			parent <- 0
			<-ended
			parent <- id
		}(id)
	}
	sumOf(parent, processes)
	close(end)
	return processes, sumOf(parent, processes) % modulus
}

func idleProcessBytes(a arguments) result {
	count, window := a.sizes[0], a.sizes[1]
	// What is allocated at first use is not the goroutines'.
	dismiss(startIdle(window, window))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	residentBefore := resident()
	start := time.Now()
	inboxes := startIdle(count, window)
	ns := time.Since(start).Nanoseconds()
	residentAfter := resident()
	runtime.ReadMemStats(&after)
	each := func(before, after uint64) int64 { return (int64(after) - int64(before)) / int64(count) }
	bytes := each(residentBefore, residentAfter)
	detail := map[string]int64{
		"rss":   bytes,
		"heap":  each(before.HeapInuse, after.HeapInuse),
		"stack": each(before.StackInuse, after.StackInuse),
	}
	return result{Ops: count, Ns: ns, Checksum: dismiss(inboxes), Bytes: &bytes, Detail: detail}
}

// Resident memory of the operating-system process in bytes; without a /proc, what the runtime got from the operating system.
func resident() uint64 {
	if text, err := os.ReadFile("/proc/self/statm"); err == nil {
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			if pages, err := strconv.ParseUint(fields[1], 10, 64); err == nil {
				return pages * uint64(os.Getpagesize())
			}
		}
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.Sys
}
