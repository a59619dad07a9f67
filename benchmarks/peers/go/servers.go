package main

type addition struct {
	n     int
	reply chan<- int
}

// A server: it owns a total, adds what it is asked to, and answers with the new total, until its mailbox is closed.
func adder(requests <-chan addition) {
	total := 0
	for request := range requests {
		total += request.n
		request.reply <- total
	}
}

// Each call has a reply channel of its own, as calls of net/rpc have: one that was given up cannot answer the next.
func callAdder(requests chan<- addition, n int) int {
	reply := make(chan int, 1)
	requests <- addition{n, reply}
	return <-reply
}

func serverCall(sizes []int) (int, int) {
	requests := make(chan addition)
	go adder(requests)
	last := 0
	for i := 0; i < sizes[0]; i++ {
		last = callAdder(requests, 1)
	}
	close(requests)
	return sizes[0], last
}
