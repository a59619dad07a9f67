package main

import "runtime"

// How many messages may be under way before a sender waits, where it should not wait at all: Go's channels have a bound.
const mailbox = 1024

type ping struct {
	from chan<- int
	n    int
}

// Answers every number with the next one, until its mailbox is closed.
func pong(inbox <-chan ping) {
	for m := range inbox {
		m.from <- m.n + 1
	}
}

func play(other chan<- ping, roundTrips int) int {
	inbox, n := make(chan int), 0
	for i := 0; i < roundTrips; i++ {
		other <- ping{inbox, n}
		n = <-inbox
	}
	return n
}

func pingPong(sizes []int) (int, int) {
	other := make(chan ping)
	go pong(other)
	last := play(other, sizes[0])
	close(other)
	return sizes[0], last
}

func ring(sizes []int) (int, int) {
	size, hops := sizes[0], sizes[1]
	ended := make(chan int)
	inboxes := make([]chan int, size)
	for id := range inboxes {
		inboxes[id] = make(chan int)
	}
	for id := range inboxes {
		go ringMember(id, inboxes[id], inboxes[(id+1)%size], ended)
	}
	inboxes[0] <- hops
	last := <-ended
	for _, inbox := range inboxes {
		close(inbox)
	}
	return hops, last
}

func ringMember(id int, inbox <-chan int, next, ended chan<- int) {
	for hops := range inbox {
		if hops == 0 {
			ended <- id
		} else {
			next <- hops - 1
		}
	}
}

// What a counter is sent: a number to add or, with get, the question how many they were and what they come to.
type count struct {
	add int
	get chan<- counted
}

type counted struct{ count, total int }

// Adds up what it is sent until it is asked.
func counter(inbox <-chan count) {
	sum := counted{}
	for m := range inbox {
		if m.get != nil {
			m.get <- sum
			return
		}
		sum.count++
		sum.total += m.add
	}
}

// Sends 1 to the last number, then asks on behalf of the receiver.
func flood(to chan<- count, last int, receiver chan<- counted) {
	for n := 1; n <= last; n++ {
		to <- count{add: n}
	}
	to <- count{get: receiver}
}

func counting(sizes []int) (int, int) {
	numbers, result := make(chan count, mailbox), make(chan counted, 1)
	go counter(numbers)
	flood(numbers, sizes[0], result)
	sum := <-result
	return sum.count, sum.total % modulus
}

// A goroutine with a thread of the operating system to itself: as near as Go comes to pinning one to a core.
func onItsOwnThread(body func()) {
	go func() {
		runtime.LockOSThread()
		body()
	}()
}

func crossFlood(sizes []int) (int, int) {
	numbers, result := make(chan count, mailbox), make(chan counted, 1)
	onItsOwnThread(func() { counter(numbers) })
	onItsOwnThread(func() { flood(numbers, sizes[0], result) })
	sum := <-result
	return sum.count, sum.total % modulus
}

func crossPingPong(sizes []int) (int, int) {
	other, last := make(chan ping), make(chan int)
	onItsOwnThread(func() { pong(other) })
	onItsOwnThread(func() { last <- play(other, sizes[0]) })
	n := <-last
	close(other)
	return sizes[0], n
}

type order struct {
	id       int
	customer customer
	lines    []line
	currency string
	total    int
	paid     bool
	placedAt int
	note     string
}

type customer struct {
	name, city string
	points     int
}

type line struct {
	sku             string
	quantity, price int
}

func newOrder(id int) order {
	return order{
		id:       id,
		customer: customer{"Ada Lovelace", "London", id % 100},
		lines:    []line{{"A-1000", 2, 1_250}, {"B-2000", 1, id % 1_000}},
		currency: "EUR",
		total:    2_500 + id%1_000,
		paid:     true,
		placedAt: 1_700_000_000 + id,
		note:     "leave it at the door",
	}
}

func crossOrderFlood(sizes []int) (int, int) {
	placed, result := make(chan order, mailbox), make(chan int, 1)
	onItsOwnThread(func() {
		sum := 0
		for i := 0; i < sizes[0]; i++ {
			o := <-placed
			sum += o.total + o.customer.points + o.lines[1].price
		}
		result <- sum
	})
	onItsOwnThread(func() {
		for id := 1; id <= sizes[0]; id++ {
			placed <- newOrder(id)
		}
	})
	return sizes[0], <-result % modulus
}
