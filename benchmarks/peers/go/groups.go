package main

// Receives so many numbers, and tells what they add up to.
func adds(inbox <-chan int, messages int, parent chan<- int) {
	parent <- sumOf(inbox, messages)
}

func fanIn(sizes []int) (int, int) {
	senders, messages := sizes[0], sizes[1]
	inbox, parent := make(chan int, mailbox), make(chan int)
	go adds(inbox, senders*messages, parent)
	for i := 0; i < senders; i++ {
		go func() {
			for n := 1; n <= messages; n++ {
				inbox <- n
			}
		}()
	}
	return senders * messages, <-parent % modulus
}

func fanOut(sizes []int) (int, int) {
	receivers, messages := sizes[0], sizes[1]
	parent := make(chan int, receivers)
	all := make([]chan int, receivers)
	for i := range all {
		all[i] = make(chan int, mailbox)
		go adds(all[i], messages, parent)
	}
	for n := 1; n <= messages; n++ {
		for _, to := range all {
			to <- n
		}
	}
	return receivers * messages, sumOf(parent, receivers) % modulus
}

// A question from somebody, or without one an answer.
type query struct {
	from   chan<- query
	answer int
}

func big(sizes []int) (int, int) {
	processes := sizes[0]
	all := make([]chan query, processes)
	for i := range all {
		// Room for the questions and the answers of all others: nobody waits for anybody who is still asking.
		all[i] = make(chan query, 2*processes)
	}
	parent := make(chan int, processes)
	for i := range all {
		go bigMember(i, all, parent)
	}
	checksum := sumOf(parent, processes) % modulus
	for _, inbox := range all {
		close(inbox)
	}
	return processes * (processes - 1), checksum
}

// Asks all the others, answers all of them, and tells its parent what the answers add up to.
func bigMember(index int, all []chan query, parent chan<- int) {
	self := all[index]
	for i, other := range all {
		if i != index {
			other <- query{from: self}
		}
	}
	missing, sum := len(all)-1, 0
	for m := range self {
		if m.from != nil {
			m.from <- query{answer: index + 1}
			continue
		}
		sum += m.answer
		missing--
		if missing == 0 {
			parent <- sum
		}
	}
}

// Who wants to meet, and its colour: 0, 1 or 2.
type wish struct {
	from   chan<- int
	colour int
}

const goHome = -1

func chameneos(sizes []int) (int, int) {
	creatures, meetings := sizes[0], sizes[1]
	place, parent := make(chan wish), make(chan int, creatures)
	go func() {
		for i := 0; i < meetings; i++ {
			one, other := <-place, <-place
			one.from <- other.colour
			other.from <- one.colour
		}
		for i := 0; i < creatures; i++ {
			(<-place).from <- goHome
		}
	}()
	for i := 0; i < creatures; i++ {
		go creature(place, i%3, parent)
	}
	return meetings, sumOf(parent, creatures)
}

// After a meeting of two colours both creatures have the third. Tells its parent how often it met another.
func creature(place chan<- wish, colour int, parent chan<- int) {
	self := make(chan int, 1)
	for met := 0; ; met++ {
		place <- wish{self, colour}
		other := <-self
		if other == goHome {
			parent <- met
			return
		}
		if other != colour {
			colour = 3 - colour - other
		}
	}
}
