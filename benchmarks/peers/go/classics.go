package main

import (
	"runtime"
	"strings"
)

type mail struct {
	from chan<- int
	data string
}

func ehb(sizes []int) (int, int) {
	groups, members, loops := sizes[0], sizes[1], sizes[2]
	parent := make(chan int)
	for i := 0; i < groups; i++ {
		go ehbGroup(parent, members, loops)
	}
	return groups * members * members * loops, sumOf(parent, groups)
}

// As many receivers, which answer, as senders: these send the data to every receiver, again when all have answered.
func ehbGroup(parent chan<- int, members, loops int) {
	data := strings.Repeat("x", 100)
	receivers := make([]chan mail, members)
	for i := range receivers {
		receivers[i] = make(chan mail, members)
		go func(inbox <-chan mail) {
			for i := 0; i < members*loops; i++ {
				m := <-inbox
				m.from <- len(m.data)
			}
		}(receivers[i])
	}
	self := make(chan int)
	for i := 0; i < members; i++ {
		go func() {
			answers, sum := make(chan int, members), 0
			for i := 0; i < loops; i++ {
				for _, to := range receivers {
					to <- mail{answers, data}
				}
				sum += sumOf(answers, members)
			}
			self <- sum
		}()
	}
	parent <- sumOf(self, members)
}

type parcel struct {
	to   chan<- string
	data string
}

func serialmsg(sizes []int) (int, int) {
	pairs, messages, bytes := sizes[0], sizes[1], sizes[2]
	via, parent := make(chan parcel, mailbox), make(chan int)
	go func() {
		for each := range via {
			each.to <- each.data
		}
	}()
	for i := 0; i < pairs; i++ {
		inbox := make(chan string, mailbox)
		go func() {
			sum := 0
			for i := 0; i < messages; i++ {
				sum += len(<-inbox)
			}
			parent <- sum
		}()
		go func() {
			data := strings.Repeat("x", bytes)
			for i := 0; i < messages; i++ {
				via <- parcel{inbox, data}
			}
		}()
	}
	checksum := sumOf(parent, pairs)
	close(via)
	return pairs * messages, checksum
}

// The buffer is a channel: that is what one is.
func boundedBuffer(sizes []int) (int, int) {
	pairs, items, capacity, steps := sizes[0], sizes[1], sizes[2], sizes[3]
	buffer, parent := make(chan int, capacity), make(chan int)
	for i := 0; i < pairs; i++ {
		go func(seed int) {
			for i := 0; i < items; i++ {
				buffer <- work(steps, seed+i)
			}
		}(i * items)
		go func() {
			sum := 0
			for i := 0; i < items; i++ {
				sum += work(steps, <-buffer)
			}
			parent <- sum
		}()
	}
	return pairs * items, sumOf(parent, pairs) % modulus
}

// A philosopher who is hungry and waits to hear when to eat, or one who is done.
type diner struct {
	place int
	eat   chan<- struct{}
}

// Lets a philosopher eat when neither neighbour does, until nobody is at the table.
func waiter(places int, table <-chan diner) {
	eating, hungry := make([]bool, places), make([]chan<- struct{}, places)
	serve := func(place int) {
		if hungry[place] == nil || eating[(place+1)%places] || eating[(place+places-1)%places] {
			return
		}
		hungry[place] <- struct{}{}
		hungry[place], eating[place] = nil, true
	}
	for m := range table {
		if m.eat != nil {
			hungry[m.place] = m.eat
			serve(m.place)
		} else {
			eating[m.place] = false
			serve((m.place + 1) % places)
			serve((m.place + places - 1) % places)
		}
	}
}

func diningPhilosophers(sizes []int) (int, int) {
	philosophers, meals := sizes[0], sizes[1]
	table, parent := make(chan diner), make(chan int)
	go waiter(philosophers, table)
	for place := 0; place < philosophers; place++ {
		go func(place int) {
			eat, eaten := make(chan struct{}, 1), 0
			for eaten < meals {
				table <- diner{place, eat}
				<-eat
				eaten++
				table <- diner{place: place}
			}
			parent <- eaten
		}(place)
	}
	eaten := sumOf(parent, philosophers)
	close(table)
	return eaten, eaten
}

// A customer who wants a haircut, and waits to hear whether there was one.
type visitor chan<- bool

func sleepingBarber(sizes []int) (int, int) {
	customers, haircuts, chairs, steps := sizes[0], sizes[1], sizes[2], sizes[3]
	// The waiting room: so many chairs, and nobody enters when all are taken.
	room, parent := make(chan visitor, chairs), make(chan int)
	go func() {
		cuts, done := 0, 0
		for next := range room {
			done += work(steps, cuts)
			next <- true
			cuts++
		}
		parent <- done
	}()
	for i := 0; i < customers; i++ {
		go func() {
			self, cut, at := make(chan bool, 1), 0, 0
			for cut < haircuts {
				select {
				case room <- self:
					<-self
					cut++
				default:
					at = work(steps, at)
					runtime.Gosched()
				}
			}
			// Never below 0: how often it walked is chance, and no compiler may leave the walking out.
			if at < 0 {
				cut = at
			}
			parent <- cut
		}()
	}
	cut := sumOf(parent, customers)
	close(room)
	return cut, (cut + <-parent) % modulus
}

type turn struct {
	arbiter chan<- int
	steps   int
}

func cigaretteSmokers(sizes []int) (int, int) {
	smokers, rounds, steps := sizes[0], sizes[1], sizes[2]
	all, parent := make([]chan turn, smokers), make(chan int)
	for id := range all {
		all[id] = make(chan turn, 1)
		go func(id int, inbox <-chan turn) {
			smoked := 0
			for m := range inbox {
				m.arbiter <- id
				smoked += work(m.steps, id)
			}
			parent <- smoked
		}(id, all[id])
	}
	self, sum, seed := make(chan int), 0, 42
	for i := 0; i < rounds; i++ {
		seed = next(seed)
		all[seed%smokers] <- turn{self, steps}
		sum += <-self
	}
	for _, inbox := range all {
		close(inbox)
	}
	return rounds, (sum + sumOf(parent, smokers)) % modulus
}

type account struct {
	balance  int
	debits   chan debit
	credits  chan credit
	balances chan chan<- int
}

type debit struct {
	done   chan<- struct{}
	to     *account
	amount int
}

type credit struct {
	done   chan<- struct{}
	amount int
}

// Serves one transaction after the other; while it waits for the other account, further ones wait in its channels.
func (a *account) serve() {
	credited := make(chan struct{}, 1)
	for {
		select {
		case m, open := <-a.debits:
			if !open {
				return
			}
			a.balance -= m.amount
			m.to.credits <- credit{credited, m.amount}
			<-credited
			m.done <- struct{}{}
		case m := <-a.credits:
			a.balance += m.amount
			m.done <- struct{}{}
		case asked := <-a.balances:
			asked <- a.balance
		}
	}
}

func bankTransaction(sizes []int) (int, int) {
	accounts, transactions := sizes[0], sizes[1]
	all := make([]*account, accounts)
	for id := range all {
		all[id] = &account{1_000, make(chan debit, mailbox), make(chan credit, mailbox), make(chan chan<- int)}
		go all[id].serve()
	}
	// Room for all, because who is told is still asking for more.
	done, seed := make(chan struct{}, transactions), 42
	for i := 0; i < transactions; i++ {
		// Money goes to accounts of higher numbers only, so that none waits for one that waits for it.
		seed = next(seed)
		from := seed % (accounts - 1)
		seed = next(seed)
		to := from + 1 + seed%(accounts-1-from)
		seed = next(seed)
		all[from].debits <- debit{done, all[to], seed % 100}
	}
	for i := 0; i < transactions; i++ {
		<-done
	}
	self, sum := make(chan int), 0
	for id, each := range all {
		each.balances <- self
		sum += (id + 1) * <-self
		close(each.debits)
	}
	return transactions, (sum%modulus + modulus) % modulus
}

// A request to the dictionary, to write the value first or not.
type request struct {
	put        bool
	key, value int
	reply      chan<- int
}

func concurrentDictionary(sizes []int) (int, int) {
	workers, requests, keys := sizes[0], sizes[1], sizes[2]
	shared, parent := make(chan request), make(chan int)
	go func() {
		entries := map[int]int{}
		for m := range shared {
			if m.put {
				entries[m.key] = m.value
			}
			m.reply <- entries[m.key]
		}
	}()
	for id := 0; id < workers; id++ {
		go func(id int) {
			self, sum, seed := make(chan int, 1), 0, id
			for i := 0; i < requests; i++ {
				seed = next(seed)
				shared <- request{i%10 == 0, id*keys + seed%keys, i, self}
				sum += <-self
			}
			parent <- sum
		}(id)
	}
	checksum := sumOf(parent, workers) % modulus
	close(shared)
	return workers * requests, checksum
}
