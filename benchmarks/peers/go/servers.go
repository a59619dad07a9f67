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

func serverCallConcurrent(sizes []int) (int, int) {
	clients, calls := sizes[0], sizes[1]
	requests := make(chan addition)
	go adder(requests)
	parent := make(chan int, clients)
	for i := 0; i < clients; i++ {
		go func() {
			for i := 0; i < calls; i++ {
				callAdder(requests, 1)
			}
			parent <- calls
		}()
	}
	ops := sumOf(parent, clients)
	checksum := callAdder(requests, 0)
	close(requests)
	return ops, checksum
}

type item struct {
	id       int
	name     string
	quantity int
}

type delivery struct {
	items []item
	reply chan<- int
}

func serverCall10kB(sizes []int) (int, int) {
	deliveries := make(chan delivery)
	go func() {
		total := 0
		for each := range deliveries {
			for _, item := range each.items {
				total += item.quantity
			}
			each.reply <- total
		}
	}()
	name := "a name that has some eighty characters, as the names of many things have that are sold"[:80]
	items := make([]item, 100)
	for id := range items {
		items[id] = item{id, name, id + 1}
	}
	last := 0
	for i := 0; i < sizes[0]; i++ {
		reply := make(chan int, 1)
		deliveries <- delivery{items, reply}
		last = <-reply
	}
	close(deliveries)
	return sizes[0], last % modulus
}
