package main

import "time"

func timerSetCancel(sizes []int) (int, int) {
	fired := make(chan int, mailbox)
	set := make([]*time.Timer, sizes[0])
	for i := range set {
		i := i
		set[i] = time.AfterFunc(time.Duration(60_000+i%1_000)*time.Millisecond, func() { fired <- i })
	}
	cancelled := 0
	for _, timer := range set {
		if timer.Stop() {
			cancelled++
		}
	}
	return sizes[0], cancelled
}

func timerFire(sizes []int) (int, int) {
	timers, withinMs := sizes[0], sizes[1]
	fired := make(chan int, mailbox)
	for i := 1; i <= timers; i++ {
		i := i
		time.AfterFunc(time.Duration(1+i%withinMs)*time.Millisecond, func() { fired <- i })
	}
	return timers, sumOf(fired, timers) % modulus
}
